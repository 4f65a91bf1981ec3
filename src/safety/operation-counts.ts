// Counts of the operations of collections and memories. They are not counted one by one: each owner counts down to its next
// verification anyway, and this adds up what the countdowns say.

/** A collection or memory, which knows how many operations it has done. */
export interface CountedOwner {
  readonly isMemory: boolean;
  /** Since it was made. */
  operationCount(): number;
}

export class OperationCounts {
  /** Blocks whose checksum was computed. */
  validationOperations = 0;
  private readonly owners: CountedOwner[] = [];
  private memoryBefore = 0;
  private collectionsBefore = 0;

  /** Loads, stores and growths of memories. */
  get memoryOperations(): number {
    return this.total(true) - this.memoryBefore;
  }

  /** Checked and unchecked operations of collections. */
  get collectionOperations(): number {
    return this.total(false) - this.collectionsBefore;
  }

  /** Counts what this owner does. */
  include(owner: CountedOwner): void {
    this.owners.push(owner);
  }

  reset(): void {
    this.memoryBefore = this.total(true);
    this.collectionsBefore = this.total(false);
    this.validationOperations = 0;
  }

  private total(isMemory: boolean): number {
    let sum = 0;
    for (let index = 0; index < this.owners.length; index++) {
      if (this.owners[index].isMemory === isMemory) sum += this.owners[index].operationCount();
    }
    return sum;
  }
}
