"""Who may include whom: the table, and its exceptions with their reasons.

A folder is ruled by the longest row that it lies under. An include is allowed when a pattern of
that row, or of an exception for the file, matches it. In a pattern, `*` stands for anything; `~`
stands for the folder of the including file. Folders that no row covers (tests, bench) may
include what they like.
"""

# The standard headers that need no runtime.
FREESTANDING = (
    "algorithm array atomic bit compare concepts coroutine cstddef cstdint cstring expected "
    "initializer_list iterator limits memory new optional span string_view tuple type_traits "
    "utility"
).split()

# What services, drivers and the terminal see of the libraries below them: the vocabulary, the
# codec, the log's cursor and verifier, the frame of a domain with what its entries are made of, and
# the kernel's calls.
CLIENT = ["axiom/base/*", "axiom/codec/*", "axiom/domain/*", "axiom/log/*", "kernel/abi/*"]

RULES = {
    "libaxiom": ["axiom/*", *FREESTANDING],
    "libkernel/include/kernel/abi": ["axiom/*", "kernel/abi/*", *FREESTANDING],
    "libkernel/include/kernel/event": ["axiom/*", "kernel/abi/*", "kernel/event/*", *FREESTANDING],
    "libkernel/include/kernel/core": ["axiom/*", "kernel/*", *FREESTANDING],
    "libkernel/include/kernel/port": [
        "axiom/*", "kernel/abi/*", "kernel/port/*", "kernel/memory/frame_pool.hpp",
        "kernel/task/cpu.hpp", *FREESTANDING,
    ],
    "libkernel/src/abi": ["axiom/*", "kernel/abi/*", *FREESTANDING],
    "libkernel/src/event": ["axiom/*", "kernel/abi/*", "kernel/event/*", *FREESTANDING],
    "libkernel/src/core": ["axiom/*", "kernel/*", *FREESTANDING],
    "services": [*CLIENT, "~/*", "services/runtime/*", "services/*/api.hpp", *FREESTANDING],
    "drivers": [*CLIENT, "~/*", "drivers/bus/*", "services/runtime/*", *FREESTANDING],
    "terminal": [
        *CLIENT, "terminal/*", "services/*/api.hpp", "services/runtime/message.hpp", *FREESTANDING,
    ],
}
for part in ("cap", "ipc", "task", "memory", "syslog"):
    for home in ("libkernel/include/kernel/", "libkernel/src/"):
        own = [f"kernel/{part}/*"] + {
            "task": ["kernel/syslog/*"], "ipc": ["kernel/syslog/*", "kernel/task/*"],
        }.get(part, [])
        RULES[home + part] = ["axiom/*", "kernel/abi/*", "kernel/event/*", *own, *FREESTANDING]

# Programs of the job machine: a world of its own, with picolibc and zlib.
RULES["services/jobs/programs"] = [
    "~/*", "support/*", "calls.hpp", "output.hpp", "tar.hpp", "utf8.hpp", "stddef.h", "stdint.h",
    "stdlib.h", "string.h", "zlib.h",
]

# Composition roots and host code may use whatever the host has; they never include each other.
ANYTHING = ["*"]
RULES["terminal/cli"] = ANYTHING
RULES["sim-host"] = ANYTHING
RULES["kernel-image"] = ANYTHING

# Whatever a row allows, these pairs are wrong: (folder, pattern, reason).
FORBIDDEN = [
    ("sim-host", "kernel-image/*", "the two composition roots never include each other"),
    ("kernel-image", "sim-host/*", "the two composition roots never include each other"),
    ("kernel-image", "boost/*", "only sim-host knows Boost"),
    ("terminal/cli", "boost/*", "only sim-host knows Boost"),
    ("terminal/cli", "spdlog/*", "only sim-host knows spdlog"),
    ("terminal/cli", "sqlite3.h", "only sim-host knows SQLite"),
    ("terminal/cli", "kernel-image/*", "a host program has nothing of the kernel's image"),
]

# (folder or file, pattern, reason)
EXCEPTIONS = [
    ("services/policy", "axiom/policy/*", "the service wraps libaxiom's evaluator"),
    ("services/policy", "axiom/crypto/*", "a denial names its request by hash"),
    ("services/policy", "services/axiomd/replica.hpp", "the engine decides on the log's state"),
    ("services/policy", "services/axiomd/shadow_set.hpp", "the engine decides on the log's state"),
    ("services/axiomd", "axiom/store/*", "the log's server recovers it and writes its groups"),
    ("services/axiomd", "axiom/crypto/*", "the log's server hashes what it begins a log with"),
    ("services/axiomd", "axiom/port/*", "the engine that signs"),
    ("services/axiomd", "axiom/tree/*", "checkpoints"),
    ("services/axiomd", "axiom/policy/*", "the policy with which a log begins, and its rates"),
    ("services/axiomd/catalog.cpp", "axiom/action/*", "the list of all domains"),
    ("services/axiomd/catalog.cpp", "kernel/event/domain.hpp", "the list of all domains"),
    ("services/axiomd/catalog.cpp", "services/*/domain.hpp", "the list of all domains"),
    ("services/axiomd/shadow_set.hpp", "axiom/action/*", "shadows of all domains"),
    ("services/axiomd/shadow_set.hpp", "kernel/event/domain.hpp", "shadows of all domains"),
    ("services/axiomd/shadow_set.hpp", "services/*/domain.hpp", "shadows of all domains"),
    ("services/console", "axiom/action/*", "attaching is an action"),
    ("services/init", "services/identity/kinds.hpp", "it has the log name who acts"),
    ("services/store", "axiom/port/*", "the store's port, said to another process"),
    ("services/objects", "axiom/port/*", "the medium of the store, and the engine that hashes"),
    ("services/objects", "axiom/crypto/*", "contents are found by their hash"),
    ("services/objects", "services/store/remote_store.hpp", "the medium's keeper"),
    ("services/axiomd", "services/store/remote_store.hpp", "the medium's keeper"),
    ("services/worker", "services/jobs/machine/*", "it runs the machine"),
    ("terminal/core", "services/jobs/machine/ending.hpp", "how jobs end, in words"),
    ("terminal/core", "services/jobs/machine/image.hpp", "what is no program, in words"),
    ("services/actions", "axiom/crypto/*", "an outcome names what went in by hash"),
    ("services/actions", "axiom/store/entry_cursor.hpp", "entries as they are followed"),
    ("services/actions", "services/axiomd/replica.hpp", "what is owed is the log's state"),
    ("services/actions", "axiom/action/*", "the service carries prepared effects out"),
    ("terminal/view", "services/axiomd/catalog.hpp", "the names of domains and their kinds"),
    ("terminal/core", "services/actions/executors.hpp", "actions as people propose them"),
    ("terminal/core", "services/policy/request_api.hpp", "the engine's messages, continued"),
    ("terminal/core", "services/policy/change_api.hpp", "the engine's messages, continued"),
    ("terminal/core/request_view.cpp", "axiom/action/action_kinds.hpp", "the effects of a request"),
    ("services/policy/approvals.cpp", "axiom/action/action_kinds.hpp", "an approval is an action"),
    ("services/permissions", "services/policy/request_api.hpp", "the engine's messages, continued"),
    ("services/permissions", "axiom/action/*", "grants and approvals are actions"),
    ("services/permissions", "services/actions/executors.hpp", "who carries revocations out"),
    ("terminal/core/proposal.hpp", "axiom/action/action_kinds.hpp", "what a proposal holds"),
    ("services/runtime", "axiom/port/*", "the platform hands its engines to a program"),
]
