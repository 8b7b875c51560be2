import Foundation
import TestSupport
import Testing

/// A man page for each command, which mandoc takes where it is installed; completions for three shells, which
/// each of these reads where it is installed.
@Test func everyCommandHasAManPageAndCompletions() throws {
  try withTemporaryFolder { folder in
    let script = SharedData.projectRoot.appendingPathComponent("Scripts/man").path
    let run = try ShellRun(
      """
      command -v python3 > /dev/null || { echo skipped; exit 0; }
      SOURCE_DATE_EPOCH=1700000000 '\(script)' "$(command -v discern)" man || exit 1
      SOURCE_DATE_EPOCH=1700000000 '\(script)' "$(command -v discern)" again && diff -r man again || exit 2
      for name in discern discern-train discern-data-check; do [ -s man/$name.1 ] || exit 3; done
      [ ! -e man/discern-search-trial.1 ] || exit 4
      grep -q '^.Dd 2023-11-14' man/discern.1 || exit 5
      if command -v mandoc > /dev/null; then mandoc -Tlint -W warning man/*.1 || exit 6; fi
      for shell in bash zsh fish; do
        discern --generate-completion-script $shell > $shell.txt && [ -s $shell.txt ] || exit 7
        if command -v $shell > /dev/null; then $shell -n $shell.txt || exit 8; fi
      done
      echo whole
      """, folder: folder)
    #expect(run.status == 0 && (run.output.contains("whole") || run.output.contains("skipped")), "\(run)")
  }
}
