package io.wkmq.routing;

/** What a shard keeps for one filter, in tests. */
record Subscribers(String name) implements LocalSubscribers {
    @Override
    public boolean durable() {
        return false;
    }
}
