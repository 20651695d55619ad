package io.wkmq.channel.engine;

/**
 * How much is taken at a time when a replica is filled.
 *
 * @param rowsMax rows that are read at a time
 * @param pageBytes a page ends behind so many bytes
 * @param recordsMax records in one page
 * @param partBytesMax the most bytes of one message
 * @param missedMax how many entries are kept that come meanwhile
 * @param missedBytesMax how many bytes of them
 */
record FillLimits(int rowsMax, int pageBytes, int recordsMax, int partBytesMax, int missedMax, long missedBytesMax) {
    static final FillLimits DEFAULTS = new FillLimits(16, 256 << 10, 4_096, 768 << 10, 4_096, 32 << 20);
}
