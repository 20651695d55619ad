package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;

/** Asks the leader of a group for its {@link LeaderStatus}, encoded as numbers. A query: never part of a log. */
final class LeaderStatusOp extends LeaderQuestion {
    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        return service.status(group).toNumbers();
    }

    @Override
    public int getClassId() {
        return CpFactory.LEADER_STATUS_OP;
    }
}
