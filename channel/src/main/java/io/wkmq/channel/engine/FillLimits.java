package io.wkmq.channel.engine;

/**
 * Limits of a single step when a replica is filled.
 *
 * @param rowsMax rows read at a time
 * @param pageBytes size at which a page ends
 * @param recordsMax records in one page
 * @param partBytesMax maximum size of one message, in bytes
 * @param missedMax maximum number of entries kept that arrive meanwhile
 * @param missedBytesMax their maximum total size, in bytes
 */
record FillLimits(int rowsMax, int pageBytes, int recordsMax, int partBytesMax, int missedMax, long missedBytesMax) {
    static final FillLimits DEFAULTS = new FillLimits(16, 256 << 10, 4_096, 768 << 10, 4_096, 32 << 20);
}
