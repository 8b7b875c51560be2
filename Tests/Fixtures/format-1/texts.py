"""Prints the labelled texts that the fixtures were trained on: text, label, topics."""
import random

draw = random.Random(12)
words = {
    "good": "lovely warm clever funny brave honest".split(),
    "bad": "dull cold stupid boring weak false".split(),
}
things = {
    "film": "film scene actor camera plot".split(),
    "food": "soup bread waiter kitchen plate".split(),
    "place": "hotel room garden station street".split(),
}
rest = "the a was is and very not it in with this of".split()

print("text\tlabel\ttopics")
for index in range(60):
    label = ("good", "bad")[index % 2]
    topics = draw.sample(sorted(things), index % 3)
    text = draw.choices(words[label], k=draw.randint(1, 3)) + draw.choices(rest, k=draw.randint(2, 8))
    for topic in topics:
        text += draw.choices(things[topic], k=2)
    draw.shuffle(text)
    print(" ".join(text), label, "+".join(sorted(topics)), sep="\t")
