#!/usr/bin/env python3
"""An independent verifier, written from docs/log-format.md and docs/checkpoint-and-proofs.md alone.

    verify.py log PATH... [--start BYTES] [--json]
    verify.py log --paths-from FILE --json         many logs, a line of verdict each
    verify.py receipt FILE --log-id HEX [--json]

PATH is a data folder or an image; with --json each has a line. Exit status: as of `axiom verify`
(0 it holds and is sealed, 3 tampering, 4 incomplete, 8 another version), the highest of several;
2 wrong use.
"""
import argparse
import json
import sys

sys.dont_write_bytecode = True  # the tree stays as it is

from media import Medium
from proofs import Refused
import receipt as receipts
from walk import Walk


def verify_log(path, options):
    walk = Walk(Medium(path, options.start))
    walk.run()
    damage, said = walk.first_damage(), walk.said
    facts = {'exit': walk.exit(), 'log_id': walk.log_id.hex() if walk.log_id else None,
             'entries': walk.next, 'head': walk.head.hex(), 'tree_size': walk.tree.size,
             'tree_root': walk.tree.root().hex(), 'watermark': walk.watermark,
             'sealed_until': said.sealed_until(walk.next), 'checkpoints': said.checkpoints,
             'segments': len(walk.segments), 'boots': said.boots, 'repairs': said.repairs,
             'key': said.keys.key.hex() if said.keys else None,
             'key_number': said.keys.number if said.keys else 0,
             'era': said.keys.era if said.keys else 0, 'forks': said.forks,
             'erased': len(walk.zero & said.erased_by),
             'erasures_owed': len(walk.owed()), 'reduced': len(walk.reduced),
             'ended_in_order': walk.ended_in_order and walk.cause is None,
             'torn': walk.cause.code if walk.cause else None,
             'late_segments': walk.late_segments,
             'incomplete': [str(problem) for problem in walk.incomplete]}
    if damage is None:
        return {'verdict': 'holds', **facts}
    return {'verdict': 'refused', 'code': damage.code, 'where': damage.where, 'what': damage.what,
            **facts}


def verify_receipt(path, options):
    with open(path, 'rb') as file:
        data = file.read(1 << 22)
    try:
        return {'verdict': 'holds', 'exit': 0, **receipts.check_or_refuse(data, options.log_id)}
    except receipts.Refused as problem:
        raise Refused('bad_proof', 0, str(problem)) from None


def main():
    parser = argparse.ArgumentParser(description='verifies logs and receipts')
    commands = parser.add_subparsers(required=True)
    log = commands.add_parser('log')
    log.add_argument('paths', nargs='*')
    log.add_argument('--paths-from')
    log.add_argument('--start', type=int, default=0)
    log.set_defaults(run=verify_log)
    receipt = commands.add_parser('receipt')
    receipt.add_argument('paths', nargs=1)
    receipt.add_argument('--log-id', type=bytes.fromhex, required=True)
    receipt.set_defaults(run=verify_receipt)
    for command in (log, receipt):
        command.add_argument('--json', action='store_true')
    options = parser.parse_args()
    if getattr(options, 'paths_from', None) is not None:
        with open(options.paths_from, encoding='utf-8') as file:
            options.paths += file.read().splitlines()
    elif not options.paths:
        parser.error('PATH is missing')
    return max((print_verdict(path, options) for path in options.paths), default=0)


def print_verdict(path, options):
    verdict = verdict_of(path, options)
    if options.json:
        print(json.dumps(verdict), flush=True)
    else:
        for name, value in verdict.items():
            print(f'{name:15} {value}')
    return verdict['exit']


def verdict_of(path, options):
    try:
        return options.run(path, options)
    except Refused as problem:
        code = {'unknown_version': 8, 'not_a_log': 8}.get(problem.code, 3)
        return {'verdict': 'refused', 'exit': code, 'code': problem.code, 'where': problem.where,
                'what': problem.what}
    except OSError as problem:
        return {'verdict': 'refused', 'exit': 4, 'code': 'not_a_log', 'where': 0,
                'what': str(problem)}


if __name__ == '__main__':
    sys.exit(main())
