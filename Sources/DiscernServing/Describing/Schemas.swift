import Discern
import DiscernIO
import DiscernModels
import DiscernReports

/// The values of the interface, in JSON Schema.
enum Schemas {
  static func all(
    _ limits: ServingLimits, _ classifier: TextClassifier
  ) -> [(key: String, value: String)] {
    [
      ("Texts", texts(limits)), ("Answers", answers), ("Answer", answer), ("Label", label),
      ("TextToExplain", textToExplain(classifier)), ("Explanations", explanations),
      ("Explanation", explanation),
      ("Model", model), ("Failure", failure),
    ]
  }

  private static func texts(_ limits: ServingLimits) -> String {
    #"""
    {"type":"object","required":["texts"],"additionalProperties":false,"properties":{"texts":\#
    {"type":"array","maxItems":\#(limits.texts),"items":{"type":"string"}},"top":{"type":["integer","null"],\#
    "minimum":1,"description":"The number of most probable labels to give."}},\#
    "example":{"texts":["What a lovely film!"],"top":2}}
    """#
  }

  private static let answers = #"""
    {"type":"object","required":["answers"],"properties":{"answers":{"type":"array",\#
    "items":{"$ref":"#/components/schemas/Answer"}}}}
    """#

  private static let answer = #"""
    {"type":"object","required":["line","evidence"],\#
    "description":"As classify --format jsonl writes it; with several tasks, tasks has an object for each.",\#
    "properties":{"line":{"type":"integer","minimum":1},\#
    "evidence":{"enum":["normal","empty","all-unknown","uncertain","error"]},\#
    "error":{"type":"string","description":"Why there is no label; of every kind of failure in a stream."},\#
    "code":{"type":"string","description":"Of a stream's line without an answer, as in Failure."},\#
    "label":{"type":"string"},"probability":{"type":"number","minimum":0,"maximum":1},\#
    "labels":{"type":"array","items":{"type":"string"}},\#
    "probabilities":{"type":"array","items":{"type":"number","minimum":0,"maximum":1}},\#
    "top":{"type":"array","items":{"$ref":"#/components/schemas/Label"}},\#
    "tasks":{"type":"object"}}}
    """#

  private static let label = #"""
    {"type":"object","required":["label","probability"],"properties":{"label":{"type":"string"},\#
    "probability":{"type":"number","minimum":0,"maximum":1}}}
    """#

  /// With the tasks, labels and methods of the model.
  private static func textToExplain(_ classifier: TextClassifier) -> String {
    let tasks = classifier.tasks
    let methods = Explaining.methods.filter { method in
      method != .attention || classifier.model.networks.first?.hasAttention == true
    }
    var labels = choice(tasks[0].labels.names, or: "null")
    var anyOf = ""
    if tasks.count > 1 {
      labels = #"{"type":["string","null"]}"#
      // A label needs the name of its task.
      let groups = tasks.map { task in
        #"{"required":["task"],"properties":{"task":"# + choice([task.name]) + #","label":"#
          + choice(task.labels.names) + "}}"
      }
      anyOf =
        #""anyOf":"# + JSONText.list([#"{"properties":{"label":{"enum":[null]}}}"#] + groups) + ","
    }
    return #"""
      {"type":"object","required":["text"],"additionalProperties":false,\#(anyOf)"properties":{\#
      "text":{"type":"string","pattern":"^[^\\u0000]*$"},"task":\#(choice(tasks.map(\.name), or: "null")),\#
      "label":\#(labels),"method":\#(choice(methods.map(\.rawValue), or: "null"))},\#
      "description":"Default: all tasks, the most probable label, gradients.",\#
      "example":{"text":"What a lovely film!"}}
      """#
  }

  private static func choice(_ names: [String], or more: String...) -> String {
    #"{"enum":\#(JSONText.list(names.map(JSONText.string) + more))}"#
  }

  private static let explanations = #"""
    {"type":"object","required":["explanations"],"properties":{"explanations":{"type":"array",\#
    "items":{"$ref":"#/components/schemas/Explanation"}}}}
    """#

  private static let explanation = #"""
    {"type":"object","required":["label","logit","method","probability","words"],"properties":{\#
    "task":{"type":"string"},"label":{"type":"string"},"method":{"type":"string"},\#
    "probability":{"type":"number","minimum":0,"maximum":1},"logit":{"type":"number"},\#
    "words":{"type":"array","items":{"type":"object","required":["bytes","text","score"],"properties":{\#
    "bytes":{"type":"array","minItems":2,"maxItems":2,"items":{"type":"integer","minimum":0}},\#
    "text":{"type":"string"},"score":{"type":["number","null"]}}}},\#
    "sentences":{"type":"array","description":"Of a hierarchical network.","items":{"type":"object",\#
    "required":["bytes","words"],"properties":{\#
    "bytes":{"type":"array","minItems":2,"maxItems":2,"items":{"type":"integer","minimum":0}},\#
    "words":{"type":"array","minItems":2,"maxItems":2,"items":{"type":"integer","minimum":0}},\#
    "score":{"type":["number","null"]},"attention":{"type":["number","null"]}}}}}}
    """#

  private static let model = #"""
    {"type":"object","required":["name","generation","kind","tasks"],"properties":{\#
    "name":{"type":"string"},"generation":{"type":"integer","minimum":1},\#
    "kind":{"enum":["joined","ngrams","recurrent"]},"maximumTokens":{"type":"integer"},\#
    "trainingTexts":{"type":"integer"},"discern":{"type":"string"},\#
    "tasks":{"type":"array","items":{"type":"object","required":["name","labels","answer"],"properties":{\#
    "name":{"type":"string"},"labels":{"type":"array","items":{"type":"string"}},\#
    "answer":{"enum":["one","any"]}}}}}}
    """#

  private static let failure = #"""
    {"type":"object","required":["error"],"properties":{"error":{"type":"object",\#
    "required":["code","message"],"properties":{"code":{"type":"string"},"message":{"type":"string"}}}}}
    """#
}
