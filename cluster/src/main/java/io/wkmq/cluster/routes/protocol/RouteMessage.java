package io.wkmq.cluster.routes.protocol;

/**
 * Messages between nodes about routes. The <i>owner</i> of routes is the node whose clients have the subscriptions; others keep
 * replicas. {@code incarnation} is that of the owner's process unless stated otherwise. Immutable.
 */
public sealed interface RouteMessage {
    /**
     * Changes of the owner's routes, in order. Answered by {@link Applied}.
     *
     * @param first the sequence number of the first change; the others follow without a gap
     * @param changes the new values of the interests
     */
    record Ops(long incarnation, long first, Interests changes) implements RouteMessage {}

    /**
     * What a replica must match. Answered by {@link Applied}.
     *
     * @param retainedFrom the oldest change that the owner can still send
     * @param seq the newest change
     * @param hash the hash of all routes after that change
     * @param count the number of routes after that change
     */
    record Digest(long incarnation, long retainedFrom, long seq, long hash, long count) implements RouteMessage {}

    /**
     * A replica's request for a snapshot, one chunk at a time. Answered by {@link Chunk}, or by {@link Noted} if the owner has
     * another incarnation.
     *
     * @param snapshot the snapshot it has begun to read; 0 for none
     * @param index the chunk it wants
     */
    record Pull(long incarnation, long snapshot, int index) implements RouteMessage {}

    /** An unsolicited progress report of a replica to the owner. Answered by {@link Noted}. */
    record Progress(long incarnation, Applied applied) implements RouteMessage {}

    /**
     * The progress of a replica.
     *
     * @param replicaIncarnation the incarnation of the process that keeps the replica
     * @param epoch increases each time the replica starts over; reports of earlier epochs are void
     * @param ready whether the replica is complete up to {@code seq}; if not, it is pulling or will pull
     * @param seq the last change up to which the replica is complete
     */
    record Applied(long replicaIncarnation, long epoch, boolean ready, long seq) implements RouteMessage {}

    /**
     * A chunk of all routes. Each entry may be as of any time between two changes; after applying all changes after {@code base} on
     * top, a replica is exact from {@code until} on.
     *
     * @param snapshot the snapshot it is from; if another one than requested, this is its first chunk
     * @param index the index of the chunk
     * @param last whether it is the last chunk
     * @param base the last change that is certainly included
     * @param until the last change that may be included
     */
    record Chunk(long incarnation, long snapshot, int index, boolean last, long base, long until, Interests interests)
            implements RouteMessage {}

    /** An empty answer. */
    record Noted() implements RouteMessage {}
}
