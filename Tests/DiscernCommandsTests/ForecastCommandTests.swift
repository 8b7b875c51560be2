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
      "times in “time”", "210 to learn from", "45 behind them", "m: written",
      "the first 255 rows are those of the training", "forecasts are worse than",
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
      "unmeasured 0", "days 0", "damaged 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "a smaller --window or --horizon", "no column is named “lod”",
      "hole.csv:100: there is no value in “load”", "1 row without a value", "times have 1 gap",
      "a forecast reads 12", "a million times", "there are no figures",
      "the column “next” says what “load” is 1 row later",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}

/// The first Ctrl-C saves the best epoch until then, or says that there is none.
@Test func ctrlCSavesTheBestEpoch() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      series + """
        discern forecast train --data t.csv --window 24 --horizon 3 --hidden 32 --epochs 100000 \
          --patience 100000 --output m --threads 1 2> log &
        for i in $(seq 600); do grep -q best log && break; sleep 0.1; done
        kill -INT $!; wait $!; echo "ended $?"
        forecast predict m --data t.csv --quiet | wc -l
        """, folder: folder)
    #expect(run.output.contains("ended 130") && run.output.contains("4"), "\(run.output) \(run.errors)")
  }
}

/// Sequences of ten values of 0 to 3 in a table as people have them: in rows, one below the other without
/// what parts them, with an output of another range.
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
      "rows say nothing of the rows behind them, but columns of one another",
      "exchange rows and columns", "put an empty line before it", "empty lines part 200 series",
      "is outside of --bounds 0.0,1.0", "--bounds 3,0: expected two ascending numbers", "none with --bounds",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
