package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import io.wkmq.channel.engine.IndeterminateException;

/** Asks how far the leader of a group has applied its log, not counting entries that concern no channels. A query: never part of a log. */
final class AppliedIndexOp extends LeaderQuestion {
    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        if (!service.whole(group)) {
            // returned instead of thrown, which is the same to the asker
            return new IndeterminateException(
                    "The leader of " + group.getName() + " is being filled: it has not applied its log", null);
        }
        return service.applied(group);
    }

    @Override
    public int getClassId() {
        return CpFactory.APPLIED_INDEX_OP;
    }
}
