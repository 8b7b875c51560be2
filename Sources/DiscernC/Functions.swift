// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDiscern
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem

// The functions that CDiscern's discern.h declares; the compiler checks that they agree.

/// Runs `body`; for an error, returns its code and makes its message this thread's last error.
private func answering(_ body: () throws(InterfaceError) -> Void) -> Int32 {
  do throws(InterfaceError) {
    try body()
    return DISCERN_OK
  } catch {
    let message = error.description.utf8.map { CChar(bitPattern: $0) }
    message.withUnsafeBufferPointer { discern_set_last_error($0.baseAddress, Int64($0.count)) }
    return error.code
  }
}

private func opened(_ model: OpaquePointer?) throws(InterfaceError) -> OpenModel {
  guard let model else { throw .null("model") }
  return Unmanaged<OpenModel>.fromOpaque(UnsafeRawPointer(model)).takeUnretainedValue()
}

private let version = OwnedStrings([DiscernVersion.number])

/// The version number; see `discern.h`, which documents all of these functions.
@c @implementation
public func discern_version() -> UnsafePointer<CChar>? { version[0].bytes }

/// Opens a model.
@c @implementation
public func discern_open(
  _ path: UnsafePointer<CChar>?, _ threads: Int32, _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  answering { () throws(InterfaceError) in
    guard let model else { throw .null("model") }
    model.pointee = nil
    guard let path else { throw .null("path") }
    let bytes = UnsafeRawBufferPointer(start: path, count: strlen(path))
    guard NameText.isUTF8(Array(bytes)) else { throw .pathNotUTF8 }
    guard (0...1024).contains(threads) else {
      throw .outOfRange(name: "threads", value: Int64(threads), expected: "1 to 1024, or 0 for one per core")
    }
    try ForkGate.pass { () throws(InterfaceError) in
      let opened = try OpenModel(String(decoding: bytes, as: UTF8.self), threads: Int(threads))
      model.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
    }
  }
}

/// Closes a model.
@c @implementation
public func discern_close(_ model: OpaquePointer?) {
  guard let model else { return }
  ForkGate.pass { Unmanaged<OpenModel>.fromOpaque(UnsafeRawPointer(model)).release() }
}

/// The facts about a model.
@c @implementation
public func discern_info(_ model: OpaquePointer?, _ info: UnsafeMutablePointer<discern_model_info>?)
  -> Int32
{
  answering { () throws(InterfaceError) in
    let model = try opened(model)
    guard let info else { throw .null("info") }
    info.pointee = model.information
  }
}

/// One of a model's tasks.
@c @implementation
public func discern_get_task(
  _ model: OpaquePointer?, _ task: Int64, _ description: UnsafeMutablePointer<discern_task>?
) -> Int32 {
  answering { () throws(InterfaceError) in
    let model = try opened(model)
    guard let description else { throw .null("description") }
    description.pointee = try model.task(task)
  }
}

/// The name of one of a task's labels.
@c @implementation
public func discern_get_label(
  _ model: OpaquePointer?, _ task: Int64, _ label: Int64, _ name: UnsafeMutablePointer<discern_string>?
) -> Int32 {
  answering { () throws(InterfaceError) in
    let model = try opened(model)
    guard let name else { throw .null("name") }
    name.pointee = try model.label(label, ofTask: task)
  }
}

/// Classifies the texts of a column.
@c @implementation
public func discern_classify(
  _ model: OpaquePointer?, _ texts: UnsafePointer<discern_column>?,
  _ answers: UnsafePointer<discern_answers>?,
  _ tokens: UnsafeMutablePointer<UnsafeMutablePointer<discern_tokens>?>?
) -> Int32 {
  answering { () throws(InterfaceError) in
    tokens?.pointee = nil
    let model = try opened(model)
    let column = try TextColumn(texts)
    let places = try OpenModel.Answers(answers, rows: column.count, outputs: model.outputCount)
    var lists = tokens == nil ? nil : TokenLists()
    try model.classify(column, into: places, &lists)
    guard let tokens, let lists else { return }
    let hasNetwork = model.classifier.kind.hasNetwork
    tokens.pointee = try lists.copy(
      TokenLists.Wanted(tokens: hasNetwork, attention: model.hasAttention, words: true))
  }
}

/// The ids of a column's texts, without answers.
@c @implementation
public func discern_encode(
  _ model: OpaquePointer?, _ texts: UnsafePointer<discern_column>?, _ status: UnsafeMutablePointer<UInt8>?,
  _ statusCapacity: Int64, _ tokens: UnsafeMutablePointer<UnsafeMutablePointer<discern_tokens>?>?
) -> Int32 {
  answering { () throws(InterfaceError) in
    guard let tokens else { throw .null("tokens") }
    tokens.pointee = nil
    let model = try opened(model)
    let column = try TextColumn(texts)
    guard let status else { throw .null("status") }
    guard statusCapacity >= Int64(column.count) else {
      throw .outOfRange(
        name: "status_capacity", value: statusCapacity, expected: "room for the column's \(column.count) rows"
      )
    }
    let encoder = model.classifier.encoder
    if encoder.dividesSentences { throw .readsSentences }
    if encoder.companion != nil { throw .readsWordsBeside }
    let lists = try model.encode(column, status)
    tokens.pointee = try lists.copy(
      TokenLists.Wanted(
        tokens: model.classifier.kind.hasNetwork, letters: encoder.letters != nil,
        ngrams: encoder.ngrams != nil))
  }
}

/// Frees the tokens that another function returned.
@c @implementation
public func discern_free_tokens(_ tokens: UnsafeMutablePointer<discern_tokens>?) {
  guard let tokens else { return }
  TokenLists.free(tokens.pointee)
  free(tokens)
}
