import Foundation
import TestSupport
import Testing

/// A warning, also in the log, if vectors predict words no better than frequencies do, and only then.
@Test func vectorsOfTooFewTextsAreToldOf() throws {
  try withTemporaryFolder { folder in
    let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
    let run = try ShellRun(
      """
      head -n 61 '\(reviews)' > few.tsv
      for i in $(seq 40); do printf 'a good fine film number %d of the year\\n' $i; done > alike.txt
      learn() { discern pretrain --vectors-only --threads 1 --quiet "$@"; }
      learn --input few.tsv --output few.txt --json-log few.log 2> few.errors || exit 1
      learn --input alike.txt --embedding-dim 5 --epochs 60 --output alike.vectors 2> alike.errors || exit 2
      grep -q 'by their frequencies alone.*--input.*--embedding-dim than 100.*--epochs' few.errors || exit 3
      grep -q '"event":"warning".*frequencies alone' few.log || exit 4
      grep frequencies alike.errors && exit 5
      [ -s few.txt ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
  }
}
