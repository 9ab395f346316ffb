// Charters
