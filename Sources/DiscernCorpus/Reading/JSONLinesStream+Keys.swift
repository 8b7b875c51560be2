import DiscernIO

extension JSONLinesStream {
  /// The number of objects examined.
  private static let sampleCount = 100

  /// The keys selected in the options, otherwise the model's own or the usual ones in the first object that
  /// has both a text and a label. Nil if the input is empty.
  static func chooseKeys(
    _ input: InputBuffer, _ layout: JSONFrames.Layout, options: CorpusOptions
  ) throws(CorpusError) -> Keys? {
    let text = options.textColumn?.description
    let columns = options.labelColumns.map { $0.column?.description }
    let weight = options.weightColumn?.description
    let group = options.groupColumn?.description
    if let text, columns == [text] { throw .sameColumn(path: input.path, name: text) }
    let roles = try ColumnRoles(options) { (key) throws(CorpusError) in key?.description }
    if let twice = roles.twice { throw .columnTwice(path: input.path, name: twice) }
    func keys(_ text: String, _ names: [String?]) -> Keys {
      let labels = zip(options.labelColumns, names).compactMap { column, name in
        name.map { Keys.Label(name: $0, separator: column.separator) }
      }
      return Keys(
        text: text, labels: labels.count < columns.count ? [] : labels, weight: weight,
        group: group)
    }
    if let text, columns.allSatisfy({ $0 != nil }) { return keys(text, columns) }
    var firstFailure: CorpusError?
    for object in try sampleObjects(input, layout) {
      let names = object.map(\.key)
      do throws(CorpusError) {
        let chosen = try choose(among: names, text, columns, roles, input.path, options)
        return keys(chosen.text, chosen.labels)
      } catch {
        firstFailure = firstFailure ?? nested(object, input.path) ?? error
      }
    }
    if let firstFailure { throw firstFailure }
    // No object in the sample: reading will report the problem.
    return input.count == 0
      ? nil : keys(text ?? "text", columns.count == 1 ? [columns[0] ?? "label"] : columns)
  }

  /// The error that names the place of the texts, if they are in an array inside the object.
  private static func nested(_ object: [JSONMember], _ path: String) -> CorpusError? {
    guard let member = object.first(where: { $0.value.array?.first?.object != nil }) else { return nil }
    return .unsupported(
      path: path, format: .jsonl,
      reason: "the objects are in an array under “\(member.key)”; expected one object per line, as written "
        + "by jq -c '.[\"\(member.key)\"][]'")
  }

  /// The first objects; the very first may be unlike the others.
  private static func sampleObjects(
    _ input: InputBuffer, _ layout: JSONFrames.Layout
  ) throws(CorpusError) -> [[JSONMember]] {
    var sample = try input.peek(TableLayout.sampleBytes)
    while true {
      var frames = JSONFrames(InputBuffer(path: input.path, copying: sample), layout)
      var found: [[JSONMember]] = []
      sampling: while found.count < sampleCount {
        switch try frames.next() {
        case .end: break sampling
        case .value(let bytes, _):
          if let object = (try? StrictJSON.parse(bytes))?.object, !object.isEmpty { found.append(object) }
        case .blank, .bad: continue
        }
      }
      // The first object may be longer than the sample.
      if !found.isEmpty || input.isAtEnd && sample.count == input.count
        || sample.contains(0x0A) && layout == .lines
      {
        return found
      }
      sample = try input.peek(sample.count * 2)
    }
  }

  private static func choose(
    among names: [String], _ text: String?, _ columns: [String?], _ roles: ColumnRoles<String>,
    _ path: String,
    _ options: CorpusOptions
  ) throws(CorpusError) -> (text: String, labels: [String?]) {
    func place(_ name: String?) -> Int? {
      name.flatMap { name in names.firstIndex { $0.utf8.elementsEqual(name.utf8) } }
    }
    let taken = Set(roles.columns.compactMap(place))
    try UsualNames.check(
      names, of: path, options, place: { place($0.description) }, option: { roles.option(for: names[$0]) })
    let trained = options.trainedColumns
    let textPlace =
      place(text) ?? place(trained?.text.description).flatMap { taken.contains($0) ? nil : $0 }
      ?? UsualNames.first(of: UsualNames.text, in: names, except: taken)
    guard let chosen = text ?? textPlace.map({ names[$0] }) else {
      throw .undecidedColumn(path: path, role: "text", available: names)
    }
    var labels = columns
    if columns.count == 1, columns[0] == nil {
      let used = taken.union([textPlace].compactMap { $0 })
      let own = trained?.labels.count == 1 ? place(trained?.labels[0].description) : nil
      let label =
        own.flatMap { used.contains($0) ? nil : $0 }
        ?? UsualNames.first(of: UsualNames.label, in: names, except: used)
      labels = [label.map { names[$0] }]
    }
    if labels.contains(where: { $0 == nil }), options.needsLabels {
      throw .undecidedColumn(path: path, role: "label", available: names)
    }
    return (chosen, labels)
  }
}
