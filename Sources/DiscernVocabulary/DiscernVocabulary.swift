// DiscernVocabulary
