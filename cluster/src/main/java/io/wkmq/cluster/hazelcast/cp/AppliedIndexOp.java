package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import io.wkmq.channel.engine.IndeterminateException;

/** Asks how far the leader of a group has applied its log: entries that concern no channels do not count. A query: it never is in a log. */
final class AppliedIndexOp extends LeaderQuestion {
    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        if (!service.whole(group)) {
            // given back, not thrown, which means the same to who asked
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
