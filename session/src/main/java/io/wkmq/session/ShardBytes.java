package io.wkmq.session;

/**
 * The bytes that wait in the sessions of one shard. Belongs to its thread. Gets room from the node in pieces, so that the
 * shards seldom meet; what it holds and does not use counts as used for the others.
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

    /** Takes the bytes, or says that the node has no room for them. */
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

    /** Takes the bytes even if the node has no room for them: those of a message that was promised before a restart. */
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
