package io.wkmq.cluster.hazelcast;

/** Learns when this node has given up its cluster for another. Called by one thread at a time, which it must not block. */
@FunctionalInterface
public interface MergeListener {
    /** It is over, well or not. Who is here and who is not was told before. */
    void merged(Merge merge);
}
