// Discern
