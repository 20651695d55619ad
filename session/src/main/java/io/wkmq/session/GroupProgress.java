package io.wkmq.session;

import io.wkmq.channel.engine.GroupSeat;
import java.util.Collection;

/** Reports to a group the outcome of each record it has assigned to a client. Confined to the session's shard. */
final class GroupProgress implements ReplayProgress {
    private final GroupSeat seat;

    GroupProgress(GroupSeat seat) {
        this.seat = seat;
    }

    @Override
    public void passed(long seq) {
        seat.done(seq);
    }

    @Override
    public void sending(long seq, Delivery delivery) {
        seat.sent(seq);
        delivery.whenOver(accepted -> {
            if (accepted) {
                seat.done(seq);
            } else {
                seat.refused(seq);
            }
        });
    }

    @Override
    public void ended(Collection<Long> unsent) {
        seat.giveBack(unsent);
    }
}
