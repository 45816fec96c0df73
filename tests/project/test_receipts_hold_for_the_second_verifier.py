"""The receipts among the golden vectors, checked by tests/verifier, which has none of our code."""

import json
import random
import sys
from pathlib import Path

from project import ProjectTest, run

TREE = Path(__file__).resolve().parents[2]
VECTORS = TREE / "tests/golden/tree"
sys.path.insert(0, str(TREE / "tests/verifier"))

import ed25519  # noqa: E402
import receipt  # noqa: E402


def rows():
    return json.loads((VECTORS / "receipts.json").read_text())


def accepted(data, row, attachment=None):
    try:
        return receipt.check_or_refuse(data, bytes.fromhex(row["log_id"]), attachment)
    except receipt.Refused:
        return None


class SecondVerifier(ProjectTest):
    def test_it_says_what_the_vectors_say(self):
        for row in rows():
            with self.subTest(row["file"]):
                attachment = bytes.fromhex(row["attachment"]) or None
                verdict = accepted((VECTORS / row["file"]).read_bytes(), row, attachment)
                self.assertIsNotNone(verdict)
                for name, value in verdict.items():
                    self.assertEqual(row[name], value, name)

    def test_it_refuses_changed_bits_cuts_and_other_logs(self):
        chosen = random.Random(1)
        for row in rows():
            data = (VECTORS / row["file"]).read_bytes()
            attachment = bytes.fromhex(row["attachment"]) or None
            with self.subTest(row["file"]):
                self.assertIsNone(accepted(data, {"log_id": "00" * 32}))
                self.assertIsNone(accepted(data[: chosen.randrange(len(data))], row))
                for _ in range(12):
                    changed = bytearray(data)
                    changed[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
                    self.assertIsNone(accepted(bytes(changed), row, attachment))

    def test_its_signatures_are_those_of_rfc_8032(self):
        key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        signature = bytes.fromhex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        )
        self.assertTrue(ed25519.verify(key, b"", signature))
        self.assertFalse(ed25519.verify(key, b"x", signature))
        scalar = int.from_bytes(signature[32:], "little") + ed25519.ORDER
        malleated = signature[:32] + scalar.to_bytes(32, "little")
        self.assertFalse(ed25519.verify(key, b"", malleated))
        self.assertFalse(ed25519.verify(bytes([1]) + bytes(31), b"", bytes([1]) + bytes(63)))


if __name__ == "__main__":
    run()
