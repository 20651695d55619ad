package io.wkmq.cluster.hazelcast;

/** Notified when this node has left its cluster for another. Called by one thread at a time, which it must not block. */
@FunctionalInterface
public interface MergeListener {
    /** Called when a merge is over, successful or not. The resulting arrivals and departures of peers were reported before. */
    void merged(Merge merge);
}
