import Foundation
import TestSupport
import Testing

/// Impossible settings are named by their flags, with the possible ones.
@Test(arguments: [
  ("forecast train --data t.csv --output m --window 0", "--window 0: expected 1 to 1000000"),
  ("forecast train --data t.csv --output m --bounds 0,9 --level last", "--level last: expected none"),
  ("forecast train --data t.csv --output m --bounds 0,1e300", "--bounds 0.0,1e+300: expected the smallest"),
  ("forecast train --data t.csv --output m --bounds 1,1.000000001", "--bounds 1.0,1.000000001: expected"),
  ("forecast train --data t.csv --output m --bounds -10,5 --level last", "--level last: expected none"),
  ("forecast train --data t.csv --output m --bounds -10,x", "--bounds -10,x: expected two ascending"),
  ("forecast train --data t.csv --output m --quantiles -0.1,0.5 --loss quantile", "--quantiles -0.1,0.5:"),
  (
    "forecast train --data t.csv --output m --data u.csv",
    "--data is given twice (t.csv, u.csv), but has one value; leave out all but one"
  ),
  ("forecast train --data t.csv --output m --columns load,load", "t.csv: --columns selects “load” twice"),
  (
    "train --train p.tsv --output m --epochs 1 --epochs=2 --epochs 3",
    "--epochs is given 3 times (1, 2, 3), but has one value"
  ),
  (
    "train --train p.tsv --output m --lowercase --no-lowercase",
    "--lowercase and --no-lowercase are mutually"
  ),
  ("forecast train --data t.csv --output m --columns load,,x", "--columns load,,x: a name before or after"),
  (
    "forecast train --data t.csv --output m --columns ,",
    "--columns names no column; leave it out to read all"
  ),
  (
    "forecast train --data t.csv --output m --target load,",
    "--target load,: a name before or after a comma"
  ),
  (
    "forecast train --data t.csv --output m --horizon 600000 --loss quantile --quiet",
    "--horizon 600000: expected at most 1000000 values in a forecast, of 3 in each row"
  ),
  (
    "forecast train --data t.csv --folds 2 --test-fraction 0.4",
    "--test-fraction: --folds tests on all rows"
  ),
  (
    "forecast train --data t.csv --output m --json --test-fraction 0",
    "--json prints the figures of the test"
  ),
  ("forecast train --data t.csv --output m --batch-size 0", "--batch-size 0: expected 1 to"),
  (
    "forecast train --data t.csv --output m --loss quantile --quantiles 0.9,0.1",
    "--quantiles 0.9,0.1: expected numbers between 0 and 1, ascending"
  ),
  ("forecast train --data t.csv --output m --hidden 0", "--hidden 0: expected 1 to"),
  ("forecast train --data t.csv --output m --dropout 1", "--dropout 1.0: expected 0 to below 1"),
  ("forecast train --data t.csv --output m --learning-rate 0", "--learning-rate 0.0: expected above 0"),
  ("forecast train --data t.csv --output m --validation-fraction 0", "--validation-fraction 0.0: expected"),
  (
    "forecast train --data t.csv --output m --validation-fraction 0.9",
    "--validation-fraction 0.9 and --test-fraction 0.15 leave no rows"
  ),
  ("forecast train --data t.csv --output m --target time", "--target time: “time” is the column of times"),
  ("seq2seq train --train p.tsv --output m --batch-size 0", "--batch-size 0: expected 1 to"),
  (
    "seq2seq train --train p.tsv --output m --network transformer --attention-heads 3",
    "--attention-heads 3: expected a divisor of 128, the features of --hidden"
  ),
  ("seq2seq train --train p.tsv --output m --scheduled-sampling 2", "--scheduled-sampling 2.0: expected 0"),
  ("seq2seq predict m --beam 0", "--beam 0: expected 1 (greedy) to 1000"),
  ("seq2seq evaluate m --data p.tsv --max-tokens 0", "--max-tokens 0: expected 1 to"),
  ("match train --train p.tsv --output m --batch-size 1", "--batch-size 1: expected 2 to 16384"),
  ("match train --train p.tsv --output m --temperature 0", "--temperature 0.0: expected 0.01 to 10"),
  ("match train --train p.tsv --output m --hidden 0", "--hidden 0: expected 1 to"),
  ("generate m --prompt '- he said' --prompt '-well, yes' --top-k 0", "--top-k 0: expected at least 1"),
  ("generate m --top-k 0", "--top-k 0: expected at least 1"),
  ("generate m --top-p 0", "--top-p 0.0: expected above 0, at most 1"),
  ("pretrain --input p.tsv --output m --bptt 1", "--bptt 1: expected 2 to"),
])
func settingsThatCannotBeAreNamedByFlag(command: String, words: String) throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      { echo time,load; for i in $(seq 10 30); do echo "2024-01-$i,$i"; done; } > t.csv
      printf 'a\\tb\\nc\\td\\n' > p.tsv
      discern \(command) < /dev/null
      """, folder: folder)
    #expect(run.status == 64 && run.errors.contains("error: " + words), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/m"))
  }
}

/// If a baseline is never wrong there is no ratio to its error, and the forecasts are worse.
@Test func aBaselineWithoutAnErrorIsToldOf() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      awk 'BEGIN { print "time,load,clock"; for (i = 0; i < 300; i++)
        printf "2024-01-%02d %02d:00,%.3f,%d\\n", 1 + int(i / 24), i % 24, i * 7919 % 13, i % 24 - 12 }' \\
        > t.csv
      small="--window 12 --horizon 3 --hidden 4 --epochs 1 --dropout 0.2 --threads 1"
      discern forecast train --data t.csv --season 24 $small --output m || exit 1
      discern forecast evaluate m --data t.csv --json --quiet | grep skill
      discern forecast train --data t.csv --season 24 $small --folds 2 --quiet || exit 2
      discern info m | grep -E 'scale|skill' || exit 3
      awk 'BEGIN { print "up,down"; for (i = 0; i < 300; i++) print i % 12 + 0.5, -(i % 12) - 0.5 }' |
        tr ' ' , > o.csv
      discern forecast train --data o.csv $small --scaling range --output o --quiet > /dev/null || exit 4
      discern forecast train --data o.csv $small --scaling none --output n --quiet > /dev/null || exit 5
      for m in o n; do discern info $m | grep 'scale of'; done
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let skills = run.output.matches(of: /\nclock .*/).map { String($0.0) }
    #expect(skills.count >= 2 && skills.allSatisfy { $0.hasSuffix(" –") }, "\(run.output)")
    for words in [
      "skill –: the better of these is never wrong", "\"skill\" : null", "skill: how much lower the MAE is",
      "(value − 0.5) / 11", "(value + 11.5) / 11", "scale of up    value, not scaled",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    #expect(run.errors.contains("“clock”: forecasts are worse than the value of one season before"))
    #expect(!run.output.contains("e-1"), "\(run.output)")
  }
}
