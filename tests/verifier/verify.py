#!/usr/bin/env python3
"""An independent verifier, written from docs/log-format.md and docs/checkpoint-and-proofs.md alone.

    verify.py log PATH [--start BYTES] [--json]
    verify.py receipt FILE --log-id HEX [--json]

PATH is a data folder or an image. Exit status: 0 it holds, 3 it does not, 4 it holds but for
erasures that are owed, 2 wrong use.
"""
import argparse
import json
import sys

sys.dont_write_bytecode = True  # the tree stays as it is

from media import Medium
from proofs import Refused
import receipt as receipts
from walk import Walk


def verify_log(options):
    walk = Walk(Medium(options.path, options.start))
    walk.run()
    return {'log_id': walk.log_id.hex() if walk.log_id else None, 'entries': walk.next,
            'head': walk.head.hex(), 'tree_size': walk.tree.size,
            'tree_root': walk.tree.root().hex(), 'watermark': walk.watermark,
            'sealed_until': walk.sealed_until(), 'checkpoints': walk.checkpoints,
            'segments': len(walk.segments), 'boots': walk.boots, 'repairs': walk.repairs,
            'key': walk.keys.key.hex() if walk.keys else None,
            'key_number': walk.keys.number if walk.keys else 0,
            'era': walk.keys.era if walk.keys else 0, 'forks': walk.forks,
            'erased': len(walk.zero_attachments), 'erasures_owed': len(walk.owed()),
            'reduced': len(walk.reduced),
            'ended_in_order': walk.ended_in_order and walk.torn is None,
            'torn': walk.torn.code if walk.torn else None, 'late_segments': walk.late_segments}


def verify_receipt(options):
    with open(options.path, 'rb') as file:
        data = file.read(1 << 22)
    try:
        return receipts.check_or_refuse(data, options.log_id)
    except receipts.Refused as problem:
        raise Refused('bad_proof', 0, str(problem)) from None


def main():
    parser = argparse.ArgumentParser(description='verifies logs and receipts')
    commands = parser.add_subparsers(required=True)
    log = commands.add_parser('log')
    log.add_argument('path')
    log.add_argument('--start', type=int, default=0)
    log.set_defaults(run=verify_log)
    receipt = commands.add_parser('receipt')
    receipt.add_argument('path')
    receipt.add_argument('--log-id', type=bytes.fromhex, required=True)
    receipt.set_defaults(run=verify_receipt)
    for command in (log, receipt):
        command.add_argument('--json', action='store_true')
    options = parser.parse_args()
    try:
        verdict = {'verdict': 'holds', **options.run(options)}
        if verdict.get('erasures_owed'):
            verdict['verdict'] = 'incomplete'
    except Refused as problem:
        verdict = {'verdict': 'refused', 'code': problem.code, 'where': problem.where,
                   'what': problem.what}
    except OSError as problem:
        verdict = {'verdict': 'refused', 'code': 'not_a_log', 'where': 0, 'what': str(problem)}
    if options.json:
        print(json.dumps(verdict))
    else:
        for name, value in verdict.items():
            print(f'{name:15} {value}')
    return {'holds': 0, 'incomplete': 4}.get(verdict['verdict'], 3)


if __name__ == '__main__':
    sys.exit(main())
