"""What the curator writes: editions and the publication, loaded with positions."""
