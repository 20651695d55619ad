package io.wkmq.cluster.routes.protocol;

/**
 * What nodes say to each other about routes. The <i>owner</i> of routes is the node whose clients want the topics; others keep
 * replicas. {@code incarnation} is always that of the owner's process, unless said otherwise. Immutable.
 */
public sealed interface RouteMessage {
    /**
     * Changes of the owner's routes, in order. Answered by {@link Applied}.
     *
     * @param first the sequence number of the first one; the others follow without a gap
     * @param changes what the interests are from then on
     */
    record Ops(long incarnation, long first, Interests changes) implements RouteMessage {}

    /**
     * What a replica has to look like. Answered by {@link Applied}.
     *
     * @param retainedFrom the oldest change that the owner can still send
     * @param seq the newest change
     * @param hash of all routes after it
     * @param count how many there are then
     */
    record Digest(long incarnation, long retainedFrom, long seq, long hash, long count) implements RouteMessage {}

    /**
     * A replica asks for all routes, a chunk at a time. Answered by {@link Chunk}; by {@link Noted} if the owner's process is
     * another one.
     *
     * @param snapshot which snapshot it has begun to read; 0 for none
     * @param index which chunk of that it wants
     */
    record Pull(long incarnation, long snapshot, int index) implements RouteMessage {}

    /** A replica tells its owner how far it is, without having been asked. Answered by {@link Noted}. */
    record Progress(long incarnation, Applied applied) implements RouteMessage {}

    /**
     * How far a replica is.
     *
     * @param replicaIncarnation the process that keeps it
     * @param epoch rises each time the replica begins anew: what was said of an earlier epoch is void
     * @param ready whether the replica is whole up to {@code seq}; if not, it will pull or is at it
     * @param seq the newest change that it has with all before it
     */
    record Applied(long replicaIncarnation, long epoch, boolean ready, long seq) implements RouteMessage {}

    /**
     * A part of all routes. What it holds may be as of any time between two changes; who applies all changes after {@code base}
     * on top has the routes exactly from {@code until} on.
     *
     * @param snapshot of which snapshot; another than that asked for begins at its first chunk
     * @param index which part
     * @param last whether there are no more
     * @param base the newest change that is certainly in
     * @param until the newest change that may be in
     */
    record Chunk(long incarnation, long snapshot, int index, boolean last, long base, long until, Interests interests)
            implements RouteMessage {}

    /** An answer that says nothing: there is nothing to say. */
    record Noted() implements RouteMessage {}
}
