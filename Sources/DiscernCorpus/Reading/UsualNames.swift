import DiscernSystem

/// The common names of columns in corpora, the most specific first.
enum UsualNames {
  static let text = [
    "text", "sentence", "review", "content", "document", "body", "comment", "message", "tweet", "question",
    "query", "utterance", "review_text", "reviewtext", "comment_text", "sms", "clean_text", "review_body",
    "full_text",
    // Other languages' words for text, sentence, content, review, comment, message.
    "texte", "texto", "testo", "tekst", "текст", "текст_комментария", "文本", "内容", "正文", "句子", "文章", "评论",
    "評論", "内文", "テキスト", "本文", "文", "텍스트", "문장", "내용", "리뷰", "نص", "النص", "טקסט", "metin", "κείμενο",
    "phrase", "avis", "commentaire", "comentario", "comentário", "reseña", "frase", "satz", "kommentar",
    "nachricht", "mensaje", "mensagem", "messaggio", "recensione", "opinión", "opinia", "сообщение", "отзыв",
    "предложение", "zin", "yorum", "văn bản",
    "title", "headline", "description",
  ]
  static let label = [
    "label", "labels", "class", "category", "sentiment", "target", "intent", "emotion", "topic", "tag",
    "polarity", "gold_label", "class_label", "label_text",
    // Other languages' words for label, class, category, feeling.
    "étiquette", "etiquette", "etiqueta", "etichetta", "etikett", "etiket", "etykieta", "метка", "класс",
    "标签", "標籤", "类别", "類別", "分类", "分類", "类", "情感", "ラベル", "カテゴリ", "クラス", "라벨", "레이블", "분류", "감정",
    "تصنيف", "ετικέτα", "classe", "clase", "klasse", "klasa", "catégorie", "categoría", "categoria",
    "kategorie", "kategoria", "категория", "sentimiento", "sentimento", "тональность", "nhãn",
    "rating", "stars", "score",
  ]
  /// Names that are equally common for other columns.
  private static let unsure: Set = [
    "title", "headline", "description", "question", "query", "document", "category", "topic", "tag", "rating",
    "stars", "score",
  ]
  /// Names of columns that are neither.
  private static let identifier: Set = [
    "", "id", "idx", "index", "no", "number", "guid", "uuid", "key", "row", "line", "date", "datetime",
    "time",
    "timestamp", "created_at", "split", "fold", "partition", "subset", "url", "link", "user", "username",
    "author", "编号", "序号",
  ]

  static func isIdentifier(_ name: String) -> Bool {
    let name = normalised(name)
    return identifier.contains(name) || name.hasPrefix("unnamed: ") || name.hasSuffix("_id")
      || name.hasSuffix(" id")
  }

  static func normalised(_ name: String) -> String {
    name.trimmed(newlines: true).lowercased()
  }

  /// The index of the name that certainly denotes the texts or the labels, if there is one.
  static func sure(of usual: [String], in names: [String]) -> Int? {
    first(of: usual, in: names).flatMap { unsure.contains(normalised(names[$0])) ? nil : $0 }
  }

  /// The index of the name that is earliest in `usual`.
  static func first(of usual: [String], in names: [String], except excluded: Set<Int> = []) -> Int? {
    let candidates = names.map(normalised)
    for name in usual {
      if let index = candidates.indices.first(where: { !excluded.contains($0) && candidates[$0] == name }) {
        return index
      }
    }
    return nil
  }
}
