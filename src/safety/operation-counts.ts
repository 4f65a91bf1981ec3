// Counts of the operations of collections and memories.

export class OperationCounts {
  /** Loads, stores and growths of memories. */
  memoryOperations = 0;
  /** Checked and unchecked operations of collections. */
  collectionOperations = 0;
  /** Blocks whose checksum was compared. */
  validationOperations = 0;

  reset(): void {
    this.memoryOperations = 0;
    this.collectionOperations = 0;
    this.validationOperations = 0;
  }
}
