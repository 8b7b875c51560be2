import DiscernServing
import Testing

@Test func streamsLeaveRoomForSingleRequests() throws {
  let service = try makeService(workers: 0) {
    $0.batchTokens = 10
    $0.queueBatches = 2
  }
  func submit(_ call: Call) -> Bool {
    service.submit(call, body: Array(repeating: 0x61, count: 4), within: .seconds(1)) { _ in } != nil
  }
  #expect((0..<30).count { submit(.classifyLine(number: $0, top: nil)) } == 10)
  #expect((0..<30).count { _ in submit(.classifyLines(top: nil)) } == 10)
}

@Test func jobsThatAreTakenAreLetGoOf() throws {
  let service = try makeService(workers: 0)
  var list = JobList()
  weak var taken: Job?
  for number in 0..<10 {
    let job = Job(
      .classifyLines(top: nil), service.model, body: [], arrival: .now, deadline: .now
    ) { _ in }
    list.append(job)
    if number == 0 { taken = job }
  }
  #expect(list.popFirst() != nil)
  #expect(taken == nil)
  #expect(list.count == 9)
  #expect(list.tokens == 9)
}
