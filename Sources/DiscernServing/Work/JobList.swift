/// Jobs in order, with their cost. Jobs that are taken are released at once.
package struct JobList {
  private var jobs: [Job?] = []
  private var first = 0
  package private(set) var tokens = 0

  package init() {}

  package var count: Int { jobs.count - first }

  var isEmpty: Bool { count == 0 }

  package mutating func append(_ job: Job) {
    jobs.append(job)
    tokens += job.cost
  }

  mutating func prepend(_ job: Job) {
    if first > 0 {
      first -= 1
      jobs[first] = job
    } else {
      jobs.insert(job, at: 0)
    }
    tokens += job.cost
  }

  package mutating func popFirst() -> Job? {
    guard !isEmpty, let job = jobs[first] else { return nil }
    jobs[first] = nil
    first += 1
    tokens -= job.cost
    if first == jobs.count || first > 1024 && first > jobs.count / 2 {
      jobs.removeFirst(first)
      first = 0
    }
    return job
  }
}
