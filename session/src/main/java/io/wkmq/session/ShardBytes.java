package io.wkmq.session;

/**
 * The size of all queues of one shard. Confined to its thread. Reserves room from the node in large pieces, to reduce
 * contention between shards; reserved but unused room counts as used for other shards.
 */
final class ShardBytes {
    static final long PIECE = 256 << 10;

    private final NodeBytes node;
    private final Counts counts;
    private long granted;
    private long used;

    ShardBytes(NodeBytes node, Counts counts) {
        this.node = node;
        this.counts = counts;
    }

    /** Takes room for the bytes; returns false if the node has none. */
    boolean take(long bytes) {
        long missing = used + bytes - granted;
        if (missing > 0) {
            long piece = Math.max(missing, PIECE);
            if (node.grant(piece)) {
                granted += piece;
            } else if (node.grant(missing)) {
                granted += missing;
            } else {
                return false;
            }
        }
        used += bytes;
        counts.add(Counts.QUEUED_BYTES, bytes);
        return true;
    }

    /** Takes room for the bytes even beyond the node's bound, for a message promised before a restart. */
    void takeBeyond(long bytes) {
        if (!take(bytes)) {
            node.grantBeyond(bytes);
            granted += bytes;
            take(bytes);
        }
    }

    void release(long bytes) {
        used -= bytes;
        counts.add(Counts.QUEUED_BYTES, -bytes);
        long idle = granted - used;
        if (idle >= 2 * PIECE) {
            long back = idle - PIECE;
            granted -= back;
            node.giveBack(back);
        }
    }
}
