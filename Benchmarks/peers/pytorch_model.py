"""The same classifier in PyTorch: word vectors, BiLSTM, additive attention, a linear layer."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from common import EMBEDDING_SIZE, VOCABULARY_SIZE


class Classifier(nn.Module):
    def __init__(self, hidden, layers, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY_SIZE, EMBEDDING_SIZE, padding_idx=0)
        self.dropout = nn.Dropout(dropout)
        self.lstm = nn.LSTM(
            EMBEDDING_SIZE, hidden, layers, batch_first=True, bidirectional=True,
            dropout=dropout if layers > 1 else 0.0)
        self.attention = nn.Linear(2 * hidden, hidden)
        self.score = nn.Linear(hidden, 1, bias=False)
        self.output = nn.Linear(2 * hidden, 2)

    def forward(self, ids, lengths=None):
        """Logits; with lengths, sequences are packed, without, the LSTM runs over the padding too."""
        vectors = self.dropout(self.embedding(ids))
        if lengths is None:
            states, _ = self.lstm(vectors)
        else:
            states, _ = self.lstm(pack_padded_sequence(vectors, lengths, batch_first=True))
            states, _ = pad_packed_sequence(states, batch_first=True)
        scores = self.score(torch.tanh(self.attention(states))).squeeze(-1)
        weights = torch.softmax(scores.masked_fill(ids == 0, -1e9), dim=1)
        pooled = torch.bmm(weights.unsqueeze(1), states).squeeze(1)
        return self.output(self.dropout(pooled))


def tensors(batch):
    """A batch as padded ids, lengths and labels, longest text first."""
    batch = sorted(batch, key=lambda text: -len(text[0]))
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    padded = torch.zeros(len(batch), int(lengths[0]), dtype=torch.long)
    for row, (ids, _) in enumerate(batch):
        padded[row, : len(ids)] = torch.tensor(ids)
    return padded, lengths, torch.tensor([label for _, label in batch])
