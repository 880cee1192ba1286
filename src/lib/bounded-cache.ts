/**
 * What was found out and may be found out again: emptied when it would hold more than it may, in entries or in characters
 * of the text they were made from, which is what tells large ones from small ones.
 */
export class BoundedCache<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly mostEntries: number;
  private readonly mostCharacters: number;
  private characters = 0;

  constructor(mostEntries: number, mostCharacters: number) {
    this.mostEntries = mostEntries;
    this.mostCharacters = mostCharacters;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V, characters: number): void {
    if (this.entries.size >= this.mostEntries || this.characters + characters > this.mostCharacters)
      this.clear();
    this.entries.set(key, value);
    this.characters += characters;
  }

  clear(): void {
    this.entries.clear();
    this.characters = 0;
  }
}
