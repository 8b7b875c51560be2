import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

/// A training of one short epoch.
private let small =
  "discern train --train \(reviews)/test.tsv --hidden 4 --embedding-dim 4 --epochs 1 --threads 1"
/// One that takes far longer than any test.
private let endless =
  "discern train --train \(reviews)/train.tsv --hidden 64 --epochs 1000000 --patience 1000000 --threads 1"

private func files(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
}

@Test(arguments: [("HUP", 129), ("INT", 130), ("TERM", 143)])
func anInterruptedTrainingReplacesNoModel(signal: String, status: Int32) throws {
  try withTemporaryFolder { folder in
    // Whatever the moment: while texts are read, in the first epoch, after it.
    for moment in ["epoch train loss", "model: ", "began"] {
      let run = try ShellRun(
        """
        [ -d m ] || \(small) --output m --quiet > /dev/null || exit 1
        before=$(cat m/manifest.sha256)
        rm -f log errors; \(endless) --output m --json-log log 2> errors &
        until grep -q '\(moment)' errors log 2> /dev/null; do sleep 0.05; done
        kill -\(signal) $!; wait $!; status=$?
        [ "$before" = "$(cat m/manifest.sha256)" ] || exit 2
        exit $status
        """, folder: folder)
      let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
      #expect(run.status == status, "\(moment): \(run.status) \(errors)")
      // It says how to resume, if it had come so far.
      #expect(
        errors.contains("nothing was written") || errors.contains("discern train --resume m.checkpoint"),
        "\(errors)")
    }
  }
}

@Test func anInterruptedTrainingWritesItsBestEpochWhereThereIsNoModel() throws {
  try withTemporaryFolder { folder in
    func interrupt(_ pattern: String) throws -> ShellRun {
      try ShellRun(
        """
        \(endless) --output m --json-log log 2> errors &
        until grep -q '\(pattern)' errors log 2> /dev/null; do sleep 0.05; done
        kill -INT $!; wait $!; status=$?; cat errors >&2; rm errors log; exit $status
        """, folder: folder)
    }
    // Before an epoch was judged there is no model to write.
    let early = try interrupt("model: ")
    #expect(early.status == 130 && early.errors.contains("no model was written"), "\(early.errors)")
    #expect(try files(folder) == ["m.checkpoint"])

    let late = try interrupt(#""event":"epoch""#)
    #expect(late.errors.contains("m.checkpoint holds an unfinished training"))
    #expect(
      late.status == 130 && late.errors.contains("the best epoch so far is saved")
        && late.errors.contains("discern train --resume m.checkpoint"), "\(late.errors)")
    #expect(late.output.isEmpty == false || late.errors.contains("m: accuracy"))
    // The model says where it comes from.
    try "good\n".write(toFile: folder + "/text", atomically: false, encoding: .utf8)
    for command in ["info m", "evaluate m --data \(reviews)/test.tsv", "classify m text"] {
      let used = try ShellRun("discern \(command)", folder: folder)
      #expect(used.status == 0 && used.errors.contains("interrupted"), "\(command): \(used.errors)")
    }
  }
}

@Test func aSignalIsObeyedWhileAPipeIsWaitedFor() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      mkfifo pipe; sleep 60 > pipe & writer=$!
      discern train --train pipe --output m & sleep 1
      kill -TERM $!; wait $!; status=$?; kill $writer; exit $status
      """, folder: folder)
    #expect(run.status == 143 && run.errors.contains("nothing was written"), "\(run.errors)")
  }
}

@Test func underNohupAHangupIsIgnored() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      trap '' HUP; \(endless) --output m --json-log log 2> errors &
      until grep -q began log 2> /dev/null; do sleep 0.05; done
      kill -HUP $!; sleep 0.3; kill -0 $! || exit 1; kill -KILL $!; wait $!
      """, folder: folder)
    #expect(run.status == 137, "\(run.errors)")
  }
}

@Test(arguments: ["2>&-", "2>/dev/full", "2>&1 >/dev/null | head -c 1 > /dev/null", "2>&- <&-"])
func aTrainingGoesOnWithoutStandardError(redirection: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun("set -o pipefail; \(small) --output m \(redirection)", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let used = try ShellRun("discern info m > /dev/null", folder: folder)
    #expect(used.status == 0, "\(used.errors)")
  }
}

@Test func closedStandardStreamsAreNoOtherFiles() throws {
  try withTemporaryFolder { folder in
    // Printing at the end fails, and the model is there.
    for redirection in [">&-", ">/dev/full", "<&- >&-"] {
      let run = try ShellRun("\(small) --output m \(redirection)", folder: folder)
      #expect(run.status == 74 && run.errors.contains("standard output"), "\(run.errors)")
      #expect(try ShellRun("discern info m", folder: folder).status == 0)
    }
    #expect(try ShellRun("discern classify m <&-", folder: folder).status == 74)
  }
}

@Test func aLimitOfFileSizesIsAnErrorAndLeavesNothing() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun("ulimit -f 4; \(small) --output m; status=$?; ls -A; exit $status", folder: folder)
    #expect(run.status == 74 && run.errors.contains("File too large"), "\(run.status) \(run.errors)")
    #expect(!run.output.contains("discern-"), "\(run.output)")
    // The folder in the making is gone, and its name says nothing.
    #expect(
      run.errors.contains("error: .: a model cannot be written there") && !run.errors.contains("discern-"))
  }
}

@Test func aTrainingThatDivergesReplacesNoModel() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      \(small) --output m --quiet > /dev/null; before=$(cat m/manifest.sha256)
      for word in the a and to of is it was i; do echo $word 3e38 3e38 3e38 3e38; done > v.txt
      \(small) --output m --vectors v.txt --residual; status=$?
      [ "$before" = "$(cat m/manifest.sha256)" ] || exit 2
      exit $status
      """, folder: folder)
    #expect(run.status == 73, "\(run.errors)")
  }
}

@Test func aLogIsNoInputAndNoPartOfAModel() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      cp \(reviews)/test.tsv a.tsv; ln a.tsv linked; ln -s a.tsv pointed; sum=$(cat a.tsv | cksum)
      train() { discern train --hidden 4 --embedding-dim 4 --epochs 1 --threads 1 --quiet "$@" > out; }
      train --train a.tsv --output m || exit 1
      printf 'epochs: 1\\n' > r.yaml; cp m/vocabulary.txt v.txt; mkdir n
      for log in a.tsv linked pointed ./a.tsv $PWD/a.tsv r.yaml v.txt m/manifest.json m/log m/../m/log m \\
        n/../a.tsv
      do
        train --train a.tsv --output m --recipe r.yaml --vocab v.txt --json-log "$log"
        echo "$? $log" >&2
      done
      [ "$sum" = "$(cat a.tsv | cksum)" ] && [ -s r.yaml ] && cmp v.txt m/vocabulary.txt && ls m >&2 &&
        discern info m > out
      """, folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.errors.split(separator: "\n").count { $0.hasPrefix("74 ") || $0.hasPrefix("64 ") } == 12,
      "\(run.errors)")
    #expect(!run.errors.contains("\nlog\n"))
  }
}

@Test func aLogThatCannotBeWrittenCostsNoModel() throws {
  try withTemporaryFolder { folder in
    let full = try ShellRun("\(small) --output m --json-log /dev/full", folder: folder)
    #expect(full.status == 74 && full.errors.contains("/dev/full"), "\(full.errors)")
    #expect(full.errors.split(separator: "\n").count { $0.contains("continues without it") } == 1)
    #expect(try ShellRun("discern info m", folder: folder).status == 0)
    // An impossible one is detected before.
    let nowhere = try ShellRun("\(small) --output n --json-log no/log", folder: folder)
    #expect(nowhere.status == 74 && !nowhere.errors.contains("epoch") && nowhere.output.isEmpty)
  }
}

@Test func aLogGoesThroughPipesLinksAndStandardOutput() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      mkfifo pipe; cat pipe > piped & \(small) --output m --json-log pipe > out || exit 1
      wait; touch target; ln -s target link
      \(small) --output m --json-log link > out && [ -L link ] || exit 2
      \(small) --output m --json-log - > printed && \(small) --output m --json-log >(cat > process) > out
      sleep 0.5
      """, folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    for name in ["piped", "target", "printed", "process"] {
      let lines = try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n")
      #expect(lines.first?.contains("began") == true && lines.last?.contains("ended") == true, "\(name)")
      for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }
}

@Test func anOldLogStaysUntilEverythingWasRead() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      "echo old > log; \(small) --output m --vectors /dev/null --json-log log; cat log", folder: folder)
    #expect(run.output == "old\n", "\(run.errors)")
  }
}

/// Twenty limits in KiB, from too little for the process to begin to enough.
@Test(arguments: Array(stride(from: 100_000, through: 860_000, by: 40_000)))
func aLimitOfMemoryIsKnownBeforeWorkBegins(limit: Int) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      \(small) --output m --quiet > /dev/null; before=$(cat m/manifest.sha256)
      (ulimit -v \(limit); exec timeout -s KILL 60 \(small) --output m); status=$?
      [ $status = 0 ] || [ "$before" = "$(cat m/manifest.sha256)" ] || exit 2
      discern info m > /dev/null && ls -A && exit $status
      """, folder: folder)
    #expect([0, 71, 127].contains(run.status), "\(run.status) \(run.errors)")
    #expect(!run.output.contains(".discern-"), "\(run.output)")
  }
}

/// A network whose batches and packed weights decide whether there is enough.
@Test(arguments: [290_000, 310_000, 330_000, 350_000, 370_000])
func aLimitOfMemoryEndsALargeTrainingWithItsName(limit: Int) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      head -n 101 \(reviews)/train.tsv > t.tsv; ulimit -v \(limit)
      exec timeout -s KILL 120 discern seq2seq train --train t.tsv --text-column text --label-column label \
        --epochs 1 --hidden 512 --embedding-dim 256 --threads 2 --output m
      """, folder: folder)
    #expect(
      run.status == 71 && (run.errors.contains("(ulimit -") || run.errors.contains("raise the limit")),
      "\(run.status) \(run.errors)")
  }
}

/// The memory of hashed n-grams is also checked before work begins.
@Test func aTableOfNGramsThatDoesNotFitIsKnownBeforeWorkBegins() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      ulimit -v 900000
      discern train --train \(reviews)/test.tsv --model ngrams --ngram-hash-bits 26 --threads 1 --output m
      """, folder: folder)
    #expect(run.status == 71 && run.errors.contains("lower --ngram-hash-bits"), "\(run.status) \(run.errors)")
  }
}

@Test(arguments: ["-n 5", "-n 9", "-s 64", "-s 128"])
func aLimitOfFilesOrStackIsKnownBeforeWorkBegins(limit: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      "(ulimit \(limit); exec \(small) --output m); status=$?; ls; exit $status", folder: folder)
    #expect(run.status == 71 && run.output.isEmpty, "\(run.status) \(run.output)")
    #expect(run.errors.contains("raise the limit (ulimit \(limit.prefix(2)))"), "\(run.errors)")
  }
}

/// Commands that only save.
@Test func aSignalDuringASaveLeavesNothingHalfWritten() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      \(small) --output m --quiet > /dev/null; discern pack m m.discern --quiet; : > errors
      # A model that is replaced, with the user's files beside it.
      cp -r m o; for file in $(seq 300); do echo own > o/own$file; done
      ls -A | grep -v '^before$' > before
      for step in $(seq 36); do
        case $((step % 3)) in 0) set -- quantize m --output o;; 1) set -- unpack m.discern o;;
        2) set -- export onnx m --output e;; esac
        discern "$@" --quiet > /dev/null 2>> errors & sleep 0.0$((step * 2)); kill -INT $! 2> /dev/null
        # Scripts run what is in the background without Ctrl-C.
        kill -TERM $! 2> /dev/null; wait $!
        [ "$(ls o | grep -c own)" = 300 ] && discern info o > /dev/null || exit 1
        if [ -e e ]; then [ -e e/manifest.sha256 ] || exit 2; rm -r e; fi
        left=$(ls -A | grep -v '^before$' | diff before -) || { echo "$left"; exit 3; }
      done
      """, folder: folder)
    #expect(run.status == 0, "\(run.status) \(run.output) \(run.errors)")
  }
}

@Test func aLogBelongsToOneTraining() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      \(endless) --output a --quiet --json-log log > /dev/null 2>&1 & first=$!
      trap 'kill -KILL $first' EXIT
      while [ ! -s log ]; do sleep 0.05; done; before=$(head -n 1 log)
      \(small) --output b --quiet --json-log log; [ $? = 74 ] && [ ! -e b ] || exit 1
      ln -s same other; \(small) --output c --quiet --json-log same --csv-log other; [ $? = 74 ] || exit 2
      [ "$(head -n 1 log)" = "$before" ] && [ "$(grep -c began log)" = 1 ] && [ "$(grep -c began same)" = 1 ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.status) \(run.errors)")
    #expect(run.errors.components(separatedBy: "is being written already").count == 3, "\(run.errors)")
  }
}

@Test func anEmptyNameIsSaidToBeEmpty() throws {
  try withTemporaryFolder { folder in
    for command in ["data check --train ''", "info ''", "vocab info ''", "train --train x --output ''"] {
      let run = try ShellRun("discern \(command)", folder: folder)
      // An output's name alone shows that it is impossible.
      let status: Int32 = command.contains("--output") ? 64 : 66
      #expect(run.status == status && run.errors.contains("is empty; give one"), "\(command): \(run.errors)")
    }
  }
}

@Test func aClosedStandardInputIsNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun("discern tokenize <&-", folder: folder)
    #expect(run.status == 74 && run.errors.contains("standard input: cannot be read"), "\(run.errors)")
  }
}
