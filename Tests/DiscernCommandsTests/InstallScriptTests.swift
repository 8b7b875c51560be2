import Foundation
import TestSupport
import Testing

private let root = SharedData.projectRoot.path

/// A script that stops at the first failing line, after the lines shared by the tests.
private func run(_ script: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      set -eu
      command -v python3 > /dev/null || { echo skipped; exit 0; }
      export DISCERN="$(command -v discern)" SOURCE_DATE_EPOCH=1700000000
      install='\(root)/Scripts/install'
      files() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort); }
      \(script)
      """, folder: folder)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }
}

@Test func whatIsInstalledIsTakenBackAndOthersFilesStay() throws {
  try run(
    """
    mkdir -p 'my prefix/bin' && echo theirs > 'my prefix/bin/other'
    files 'my prefix' > before
    "$install" 'my prefix' > said
    'my prefix/bin/discern' --version
    for name in share/man/man1/discern-train.1 share/bash-completion/completions/discern \\
      share/zsh/site-functions/_discern share/fish/vendor_completions.d/discern.fish \\
      share/doc/discern/LICENSE; do
      [ -s "my prefix/$name" ]
    done
    grep -q 'bin/discern: the program (discern ' said
    files 'my prefix' > first
    # Once more in the same place, where it replaces itself.
    "$install" 'my prefix' > /dev/null
    files 'my prefix' | diff first -
    echo mine > 'my prefix/share/doc/discern/notes'
    "$install" --uninstall 'my prefix'
    [ "$(cat 'my prefix/share/doc/discern/notes')" = mine ] && rm -r 'my prefix/share'
    files 'my prefix' | diff before -
    """)
}

@Test func filesOfOthersAreNotReplaced() throws {
  try run(
    """
    mkdir -p prefix/bin && echo theirs > prefix/bin/discern
    if "$install" prefix > said 2> errors; then exit 1; fi
    grep -q 'prefix/bin/discern is there and was not installed' errors
    [ "$(cat prefix/bin/discern)" = theirs ] && [ "$(files prefix | wc -l)" = 2 ]
    if "$install" --uninstall prefix 2> errors; then exit 1; fi
    grep -q 'nothing of Discern is installed' errors
    [ "$(cat prefix/bin/discern)" = theirs ]
    for arguments in '' '-x' 'a b'; do
      status=0
      "$install" $arguments 2> errors || status=$?
      [ $status = 64 ] && grep -q usage errors
    done
    """)
}

/// Options whose values are files or folders.
@Test func shellsCompletePaths() throws {
  try withTemporaryFolder { folder in
    let run = try CommandRun("--experimental-dump-help", folder: folder)
    let root = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    var count = 0
    func check(_ command: [String: Any]) {
      for argument in command["arguments"] as? [[String: Any]] ?? [] {
        let names = (argument["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        let isPath =
          ["path", "file", "folder"].contains(argument["valueName"] as? String)
          || !Set(names).isDisjoint(with: ["train", "dev", "data", "input", "vectors", "vocab", "corpus"])
        guard isPath, argument["kind"] as? String == "option", argument["shouldDisplay"] as? Bool == true
        else {
          continue
        }
        #expect(argument["completionKind"] != nil, "\(command["commandName"] ?? "") \(names)")
        count += 1
      }
      for child in command["subcommands"] as? [[String: Any]] ?? [] { check(child) }
    }
    check(try #require(root["command"] as? [String: Any]))
    #expect(count > 80)
  }
}

/// The shells' own suggestions, as seen by a person who presses Tab.
@Test func shellsCompleteCommandsAndFlags() throws {
  try run(
    """
    "$install" prefix > /dev/null
    export PATH="$PWD/prefix/bin:$PATH"
    bash --norc -e -c '
      source prefix/share/bash-completion/completions/discern
      offered() {
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=$((${#COMP_LINE})) COMPREPLY=()
        $(complete -p discern | sed "s/.*-F \\([^ ]*\\).*/\\1/") discern "${@: -1}" "${@: -2:1}"
        printf "%s\\n" "${COMPREPLY[@]}"
      }
      offered discern cla | grep -qx "classify *"
      offered discern train --learning-r | grep -qx -- "--learning-rate *"
    '
    if command -v fish > /dev/null; then
      export HOME="$PWD/home" XDG_DATA_DIRS="$PWD/prefix/share"
      mkdir -p "$HOME"
      fish -c 'complete -C "discern cla"' | grep -q '^classify'
      fish -c 'complete -C "discern train --learning-r"' | grep -q '^--learning-rate'
    fi
    if command -v zsh > /dev/null; then
      touch typed
      cat > keys.zsh <<'KEYS'
    zmodload zsh/zpty
    zpty shell 'PS1="> " TERM=dumb zsh -f -i'
    zpty -w shell "fpath=($PWD/prefix/share/zsh/site-functions \\$fpath)"
    zpty -w shell 'autoload -U compinit; compinit -u -d dump'
    # Control-T writes the line down as it is, completed.
    zpty -w shell 'tell() { print -r -- "$BUFFER" >> typed; BUFFER= }; zle -N tell; bindkey "^T" tell'
    for typed in 'discern cla' 'discern train --learning-r'; do zpty -n -w shell "$typed"$'\\t\\C-t'; done
    for wait in {1..300}; do
      [[ "$(wc -l < typed)" -lt 2 ]] || break
      zpty -r -t shell line || true
      sleep 0.1
    done
    KEYS
      zsh -f keys.zsh
      grep -qx 'discern classify *' typed && grep -qx 'discern train --learning-rate *' typed
    fi
    """)
}
