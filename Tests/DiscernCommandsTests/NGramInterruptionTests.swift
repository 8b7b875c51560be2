import Foundation
import TestSupport
import Testing

/// Enough texts that their n-grams take a while.
private let texts = """
  awk 'BEGIN { srand(1); print "label\\ttext"
    for (i = 0; i < 4000; i++) { printf i % 2 ? "good\\t" : "bad\\t"
    for (j = 0; j < 30; j++) printf "w%d ", int(rand() * 3000); print "" } }' > t.tsv
  small="--hidden 2 --embedding-dim 2 --epochs 1 --max-tokens 4 --batch-size 256 --threads 1"
  """

/// Interrupts the program at a message, and waits for its end.
private func interrupted(_ words: String, at message: String) -> String {
  texts
    + """

    discern train --train t.tsv --output m \(words) 2> errors > out & process=$!
    until grep -q '\(message)' errors; do kill -0 $process || exit 9; sleep 0.02; done
    kill -INT $process; wait $process; echo "status $?"
    """
}

@Test(arguments: ["--model ngrams", "$small"])
func anInterruptedTrainingOfNGramsSaysThatNothingIsKept(words: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(interrupted(words, at: "^labels"), folder: folder)
    let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
    #expect(run.output.hasSuffix("status 130\n"), "\(run.output) \(run.errors) \(errors)")
    #expect(
      errors.contains("interrupted during n-gram training: nothing was written; the same command starts"),
      "\(errors)")
    #expect(!errors.contains("--resume") && !FileManager.default.fileExists(atPath: folder + "/m"))
  }
}

@Test func whatIsTrainedButForTheHeldOutTextsIsSavedAndSaysSo() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      // Otherwise a state is kept after a time.
      interrupted("$small --checkpoint-every 1steps", at: "^calibration")
        + "\ndiscern train --resume m.checkpoint --output whole 2>&1",
      folder: folder)
    let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
    #expect(run.output.contains("status 130\n") && run.status == 0, "\(run.output) \(run.errors)")
    #expect(
      errors.contains("everything is trained and saved, except that the n-grams were not retrained"),
      "\(errors)")
    #expect(errors.contains("to resume: discern train --resume m.checkpoint"))
    #expect(FileManager.default.fileExists(atPath: folder + "/m/ngrams.txt"))
    #expect(FileManager.default.fileExists(atPath: folder + "/whole/ngrams.txt"))
  }
}

/// Another training's state is not offered as this one's.
@Test func anotherTrainingsStateIsNotOffered() throws {
  try withTemporaryFolder { folder in
    let before = """
      discern train --train t.tsv --output m --model recurrent ${small/epochs 1/epochs 9} \
        --checkpoint-every 1steps 2> before > /dev/null & process=$!
      until ls m.checkpoint/checkpoint-* > /dev/null 2>&1; do sleep 0.02; done
      kill -KILL $process; wait $process; rm -rf m
      """
    let words = interrupted("$small", at: "^labels")
    let run = try ShellRun(
      words.replacing(
        "discern train --train t.tsv --output m $small",
        with: before + "\ndiscern train --train t.tsv --output m $small"),
      folder: folder)
    let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
    #expect(run.output.hasSuffix("status 130\n"), "\(run.output) \(run.errors)")
    #expect(errors.contains("holds an unfinished training"))
    #expect(errors.contains("nothing was written; the same command starts over"), "\(errors)")
  }
}
