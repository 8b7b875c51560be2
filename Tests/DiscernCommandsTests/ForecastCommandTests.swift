import Foundation
import TestSupport
import Testing

private let series = """
  awk 'BEGIN { print "time,load,wave"; for (i = 0; i < 300; i++) {
    printf "2024-%02d-%02d %02d:00,%.3f,%.3f\\n", 1 + int(i / 672), 1 + int(i / 24) % 28, i % 24,
      50 + 10 * sin(i * 0.2617994) + (i * 7919 % 13) / 26, cos(i * 0.2617994) } }' > t.csv
  forecast() { discern forecast "$@" --threads 1; }

  """

@Test func aTableIsForecastMeasuredAndContinued() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      series + """
        forecast train --data t.csv --target load --window 12 --horizon 3 --season 24 --hidden 8 --epochs 4 \
          --output m > table || exit 1
        cat table
        forecast predict m --data t.csv --quiet > next.csv || exit 2
        cat next.csv
        forecast predict m --data - --format jsonl --quiet < t.csv
        gzip -k t.csv; forecast predict m --data t.csv.gz --quiet | cmp - next.csv || exit 3
        forecast evaluate m --data t.csv | cmp - table || exit 4
        forecast evaluate m --data t.csv --json --quiet | grep -c '"byStep"'
        forecast train --data t.csv --window 12 --horizon 3 --hidden 8 --epochs 1 --folds 2 | tail -n 3
        forecast train --data t.csv --loss quantile --window 12 --horizon 2 --hidden 8 --epochs 1 --quiet \
          --json --output q | grep -c '"interval"'
        forecast predict q --data t.csv --quiet | head -n 1
        # So few rows show the separator only by the names of the model's columns.
        head -n 14 t.csv | tr , ';' > few; forecast predict m --data few --quiet > first || exit 5
        forecast predict m --data - --quiet < few | cmp - first || exit 6
        head -n 14 t.csv > few.csv; forecast predict m --data few.csv --quiet | cmp - first || exit 7
        discern classify m t.csv; echo "classify $?"
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "naive", "season", "step,time,load\n1,2024-01-13 12:00,", "\n3,2024-01-13 14:00,",
      "\"step\":1,\"time\":\"2024-01-13 12:00\"}", "mean of 2",
      "step,time,load_q0.1,load_q0.5,load_q0.9,wave_q0.1", "classify 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    for words in [
      "times in “time”", "210 for training", "45 after them", "m: written",
      "the first 255 rows are training rows", "forecasts are worse than",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

@Test func whatIsWrongWithATableIsNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      series + """
        forecast train --data t.csv --output m --window 300; echo "short $?"
        forecast train --data t.csv --output m --target lod; echo "target $?"
        forecast train --data t.csv; echo "output $?"
        forecast train --data t.csv --folds 2 --output m; echo "both $?"
        forecast train --data t.csv --output m --quantiles 0.5; echo "loss $?"
        forecast train --data t.csv --output m --loss quantile --quantiles 0.5,x; echo "quantile $?"
        forecast train --data none.csv --output m; echo "missing $?"
        sed '100s/,[^,]*,/,,/' t.csv > hole.csv
        forecast train --data hole.csv --output m; echo "hole $?"
        forecast train --data hole.csv --missing skip --window 12 --horizon 3 --hidden 4 --epochs 1 \
          --output m > /dev/null; echo "skip $?"
        sed '150d' t.csv > gap.csv
        forecast predict m --data gap.csv > /dev/null; echo "gap $?"
        head -n 5 t.csv > few.csv; forecast predict m --data few.csv; echo "few $?"
        printf 'load,next\\n' > leak.csv
        awk -F, 'NR > 1 { if (NR > 2) print last "," $2; last = $2 }' t.csv >> leak.csv
        forecast train --data leak.csv --target load --window 12 --horizon 3 --hidden 4 --epochs 1 \
          --output leaky > /dev/null; echo "leak $?"
        printf 'a,a\\n1,2\\n' > twice.csv; forecast train --data twice.csv --output x; echo "twice $?"
        (sed '290,$d' t.csv; sed -n '290,$p' t.csv |
          sed 's/,\\([0-9]*\\)\\./,\\1e30./; s/e30\\.[0-9]*/e30/') > far.csv
        forecast predict m --data far.csv; echo "far $?"
        forecast train --data t.csv --window 12 --horizon 12 --hidden 4 --epochs 1 --test-fraction 0.02 \
          --output few; echo "unmeasured $?"
        forecast train --data t.csv --window 12 --horizon 3 --hidden 4 --epochs 1 --test-fraction 1e-9 \
          --output few; echo "none $?"
        awk 'BEGIN { print "day,v"; for (i = 0; i < 120; i++) if (i % 7 < 5)
          printf "2024-%02d-%02d,%d\\n", 1 + int(i / 28), 1 + i % 28, i % 5 }' > days.csv
        forecast train --data days.csv --ignore-gaps --window 5 --horizon 2 --hidden 4 --epochs 1 \
          --season 5 --output days; echo "days $?"
        cp m/manifest.json kept
        for change in 's/"trainingRows" : [0-9]*/"trainingRows" : 9223372036854775807/ rows' \
          's/"validationRows" :/"season" : 0, "validationRows" :/ season'; do
          sed "${change% *}" kept > m/manifest.json; (cd m; sha256sum manifest.json > manifest.sha256)
          forecast evaluate m --data t.csv; echo "${change##* } $?"
        done
        cp kept m/manifest.json; (cd m; sha256sum manifest.json > manifest.sha256)
        : > m/extra; printf 'x' >> m/weights.safetensors; forecast predict m --data t.csv; echo "damaged $?"
        """, folder: folder)
    for words in [
      "short 64", "target 65", "output 64", "both 64", "loss 64", "quantile 64", "missing 66", "hole 65",
      "skip 0", "gap 0", "few 64", "leak 0", "season 65", "rows 65", "far 64", "twice 65",
      "unmeasured 0", "none 0", "days 0", "damaged 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "a smaller --window or --horizon", "no column is named “lod”",
      "hole.csv:100: missing value in “load”", "1 row with missing values", "times have 1 gap",
      "a forecast needs", "a million times", "the last 6 rows contain no",
      "the last 0 rows contain no complete window",
      "there are no test figures",
      "the column “next” contains what “load” will be 1 row later",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

/// Killed or interrupted and resumed: the same bits and figures as without; other data and flags are refused.
@Test func aForecastTrainingGoesOnOrSaysWhyNot() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      series + """
        small="--data t.csv --window 24 --horizon 3 --season 24 --hidden 32 --layers 2 --dropout 0.2
          --batch-norm per-step --epochs 12 --patience 12 --quiet --threads 1"
        learn() { discern forecast train $small "$@"; }
        begin() { # Waits for the first epoch and a state that was kept, or the end; then sends a signal.
          signal=$1 kept=$2; shift 2; rm -f log
          discern forecast train $small "$@" --json-log log > /dev/null & pid=$!
          while kill -0 $pid 2> /dev/null; do
            grep -q '"event":"epoch"' log 2> /dev/null && ls $kept > /dev/null 2>&1 && break; sleep 0.05
          done
          kill -$signal $pid; wait $pid
        }
        learn --output whole > figures || exit 1
        [ ! -e whole.checkpoint ] || exit 2
        learn --checkpoint c --output p > /dev/null || exit 3
        cmp whole/weights.safetensors p/weights.safetensors || exit 4
        rm -r p; learn --checkpoint c --resume --output p | cmp - figures || exit 5
        cmp whole/weights.safetensors p/weights.safetensors || exit 6
        (begin INT log --output k); echo "interrupted $?"
        learn --resume --output k | cmp - figures; echo "resumed $?"
        cmp whole/weights.safetensors k/weights.safetensors; echo "same $?"
        [ ! -e k.checkpoint ]; echo "removed $?"
        (begin KILL 's/checkpoint-*' --checkpoint s --output l); echo "killed $?"
        learn --checkpoint s --resume --output l | cmp - figures || exit 7
        cmp whole/weights.safetensors l/weights.safetensors || exit 8
        for change in 's/,50/,51/' '2d' 's/load/weight/' 's/^2024/2023/'; do
          sed "$change" t.csv > other.csv
          (small=${small/t.csv/other.csv}; learn --checkpoint c --resume --output none; echo "table $?")
        done
        (small=${small/hidden 32/hidden 16}; learn --checkpoint c --resume --output none; echo "hidden $?")
        (small=${small/season 24/season 12}; learn --checkpoint c --resume --output none; echo "season $?")
        learn --checkpoint c --resume --target load --output none; echo "target $?"
        learn --checkpoint c --resume --columns load --output none; echo "columns $?"
        learn --checkpoint new --resume --output none; echo "none $?"
        learn --checkpoint none --output none; echo "inside $?"
        learn --checkpoint c --folds 2; echo "folds $?"
        learn --json --json-log - --output none; echo "stream $?"
        [ ! -e none ] || exit 9
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "resumed 0", "same 0", "removed 0", "table 65\ntable 65\ntable 65\ntable 65", "hidden 64", "season 64",
      "columns 65", "target 64", "none 66", "inside 64", "folds 64", "stream 64",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    // It may have finished already.
    for (words, status) in [("interrupted", "130"), ("killed", "137")] {
      #expect(
        run.output.contains("\(words) \(status)") || run.output.contains("\(words) 0"), "\(run.output)")
    }
    for words in [
      "the table", "(--data)", "--hidden", "--season", "there: not set, now: load", "give the log a file",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

/// Every line of the log is an object that a program reads, and ends with the figures.
@Test func aForecastTrainingIsLogged() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      series + """
        learn() { forecast train --data t.csv --window 12 --horizon 3 --hidden 4 --epochs 2 --quiet "$@"; }
        learn --output m --json --json-log log > report || exit 1
        learn --folds 2 --json-log folds > /dev/null || exit 2
        discern runs . ; echo "runs $?"
        learn --output n --json-log t.csv; echo "over $?"
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    func events(_ name: String) throws -> [[String: Any]] {
      try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }
    let log = try events("log").filter { $0["event"] as? String != "warning" }
    #expect(log.map { $0["event"] as? String } == ["began", "epoch", "epoch", "ended"])
    #expect(log[0]["model"] as? String == "forecaster" && log[0]["seed"] as? Int == 1)
    #expect((log[1]["summary"] as? [String: Any])?["epoch"] as? Int == 1)
    let report = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder + "/report")))
    #expect(log[3]["report"] as? NSDictionary == report as? NSDictionary)
    #expect(log[3]["outcome"] as? String == "completed" && log[3]["output"] as? String == "m")
    let folds = try events("folds").map { $0["event"] as? String }.filter { $0 != "warning" }
    #expect(folds == ["began", "epoch", "epoch", "origin", "began", "epoch", "epoch", "origin"])
    #expect(run.output.contains("over 64"), "\(run.output) \(run.errors)")
    #expect(run.output.contains("2 origins") && run.output.contains("log, forecaster"), "\(run.output)")
  }
}

/// Sequences of ten values of 0 to 3 in a table as people have them: in rows, one below the other without
/// separators, with an output of another range.
@Test func threeMistakesWithSequencesAreTold() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      forecast() { discern forecast "$@" --threads 1; }
      awk 'BEGIN { srand(3); for (i = 0; i < 200; i++) { s = ""; for (j = 0; j < 5; j++) {
        d[j] = int(rand() * 4); s = s d[j] "," } for (j = 0; j < 5; j++)
        s = s (d[j] + 1) % 4 (j < 4 ? "," : "");
        print s } }' > rows.csv
      small="--window 5 --horizon 5 --hidden 8 --epochs 2"
      forecast train --data rows.csv $small --output m > /dev/null || exit 1
      head -n 8 rows.csv | forecast train --data - $small --output none; echo "wide $?"
      awk -F, '{ for (i = 1; i <= NF; i++) print i - 1 "," $i; print "" }' rows.csv > series.csv
      grep -v '^$' series.csv | forecast train --data - --time-column 1 $small --output none; echo "gap $?"
      forecast train --data series.csv --time-column 1 $small --output m > /dev/null || exit 2
      forecast train --data series.csv --time-column 1 $small --bounds 0,1 --output none; echo "range $?"
      forecast train --data series.csv --time-column 1 $small --bounds 3,0 --output none; echo "bounds $?"
      forecast train --data series.csv --time-column 1 $small --bounds 0,3 --level last --output none
      echo "level $?"
      forecast train --data series.csv --time-column 1 $small --bounds 0,3 --output m > /dev/null || exit 3
      forecast predict m --data series.csv --time-column 1 --quiet
      [ ! -e none ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in ["wide 64", "gap 65", "range 64", "bounds 64", "level 64", "step,1,2\n1,10,"] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "rows do not depend on earlier rows, but columns depend on one another",
      "transpose the table", "put an empty line before it", "empty lines separate 200 series",
      "is outside of --bounds 0.0,1.0", "--bounds 3,0: expected two ascending numbers", "none with --bounds",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

/// What the network cannot read or tell apart is said with the flag that mends it.
@Test func valuesThatTheNetworkCannotUseNameTheFlag() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      awk 'BEGIN { print "load,far,tiny"; for (i = 0; i < 200; i++)
        printf "%.3f,%d,%de-36\\n", -5 + 3 * sin(i / 4), 2000000 + i, 3 + i % 5 }' > t.csv
      learn() { discern forecast train --data t.csv --window 8 --horizon 2 --hidden 4 --epochs 1 \
        --threads 1 --quiet "$@" > /dev/null; }
      learn --columns load,far --scaling none --output none; echo "unscaled $?"
      learn --columns load --scaling none --output n; echo "none $?"
      sed '2,$s/^[^,]*,/3e7,/' t.csv > far.csv
      discern forecast predict n --data far.csv --columns load; echo "later $?"
      learn --columns load --bounds 0,1e9 --output none; echo "outside $?"
      learn --columns load --bounds -1e9,1e9 --output none; echo "wide $?"
      learn --columns load --bounds -10,50 --output m; echo "bounds $?"
      learn --columns load,tiny --output tiny; echo "tiny $?"
      discern info tiny | grep 'scale of tiny'
      discern forecast predict tiny --data t.csv --columns load; echo "left $?"
      discern forecast predict tiny --data t.csv --columns 1,3 --quiet > /dev/null; echo "numbers $?"
      [ ! -e none ]
      """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    for words in [
      "unscaled 64", "none 0", "later 64", "outside 64", "wide 64", "bounds 0", "tiny 0", "e-36",
      "left 64", "numbers 0",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "2000000.0 in “far”, row 1 of the table, is above the million that a network can read unscaled; train "
        + "with --scaling standard",
      "3e+07 in “load”", "is outside of --bounds 0.0,1000000000.0",
      "--bounds -1000000000.0,1000000000.0: the bounds are more than a million times",
      "--columns load: the model reads “tiny” too",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
