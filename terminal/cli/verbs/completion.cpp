// axiom completion: what makes a shell complete verbs and options.

#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/pages.hpp>

namespace axiom::cli {

namespace {

Exit run(Invocation const& given, Console& console) {
    std::string const shell = given.text("SHELL");
    std::string const script = completion_script(shell);
    if (console.json()) {
        console.document("axiom.completion/1", {{"shell", shell}, {"script", script}});
    } else {
        console.raw(script);
    }
    return Exit::success;
}

} // namespace

extern VerbRow const completion_verb;
VerbRow const completion_verb{
    .name = "completion",
    .group = "help",
    .sentence = "print a completion script for bash, zsh or fish",
    .text = "The script follows from the same table as this page.",
    .options = {{.name = "SHELL",
                 .kind = ValueKind::choice,
                 .sentence = "the shell",
                 .choices = "bash|zsh|fish",
                 .positional = true,
                 .required = true}},
    .examples = {{"source <(axiom completion bash)", "complete in this shell"},
                 {"axiom completion fish > ~/.config/fish/completions/axiom.fish",
                  "complete in every fish"}},
    .run = run};

} // namespace axiom::cli
