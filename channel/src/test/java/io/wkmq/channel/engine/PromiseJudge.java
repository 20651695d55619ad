package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.CursorAnswer;
import io.wkmq.channel.quorum.PeerLog;
import io.wkmq.channel.quorum.Quorum;
import io.wkmq.channel.quorum.Truth;
import io.wkmq.channel.quorum.Truth.Contents;
import io.wkmq.channel.quorum.Truth.Held;
import io.wkmq.channel.quorum.Truth.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Holds a group to its promises: everything acknowledged is committed under its sequence number and is on the disks of a majority. A member
 * whose log starts after a message while its replica is being filled lacks the message and knows that; then others must have it. Not
 * thread-safe.
 */
final class PromiseJudge {
    private final Quorum quorum;
    private final Truth truth;
    private final List<ReplicaMember> members;
    private final int permanent;
    private final List<Ack> acks = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();

    /** The entries with what was acknowledged. */
    private final TreeSet<Long> promised = new TreeSet<>();

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private int thin;

    /** What a publisher was told. */
    private record Ack(int channel, String body, Appended appended) {}

    /** What a reader was told. */
    private record Taken(int channel, String cursor, CursorAnswer answer) {}

    /**
     * Of a group.
     *
     * @param permanent the channels in front of that number are never dropped
     */
    PromiseJudge(Quorum quorum, Truth truth, List<ReplicaMember> members, int permanent) {
        this.quorum = quorum;
        this.truth = truth;
        this.members = members;
        this.permanent = permanent;
    }

    /** A publisher is told. Judged by {@link #check}: what a callback throws nobody sees. */
    void told(int channel, String body, Appended appended) {
        acks.add(new Ack(channel, body, appended));
        outcomes.merge(appended.outcome(), 1, Integer::sum);
    }

    /** A reader is told. */
    void told(int channel, String cursor, CursorAnswer answer) {
        taken.add(new Taken(channel, cursor, answer));
    }

    /** How often publishers were told what. */
    Map<Outcome, Integer> outcomes() {
        return outcomes;
    }

    /** How often, looking after each event, a message was on fewer disks than a majority, for a replica was being filled. */
    int thin() {
        return thin;
    }

    void check() {
        acks.forEach(this::check);
        acks.clear();
        taken.forEach(this::check);
        taken.clear();
        promised.forEach(this::present);
    }

    private void check(Ack ack) {
        Message message = truth.message(ack.channel(), ack.appended().seq());
        switch (ack.appended().outcome()) {
            case APPENDED, DUPLICATE -> {
                assertThat(message).as("committed: %s", ack).isNotNull();
                assertThat(Objects.requireNonNull(message).body()).as("%s", ack).isEqualTo(ack.body());
                promised.add(message.index());
            }
            case CONFLICT -> {
                assertThat(message).as("committed: what %s is told of", ack).isNotNull();
                assertThat(Objects.requireNonNull(message).body()).as("%s", ack).isNotEqualTo(ack.body());
            }
            case NO_CHANNEL -> assertThat(ack.channel()).as("%s", ack).isGreaterThanOrEqualTo(permanent);
        }
    }

    private void check(Taken told) {
        if (told.answer().result() == CursorAnswer.Result.DONE) {
            assertThat(told.answer().hold()).as("committed: %s", told).isLessThanOrEqualTo(truth.entries());
            Contents then =
                    Objects.requireNonNull(truth.after(told.answer().hold()).get(told.channel()));
            Held held = then.cursors().get(told.cursor());
            assertThat(held).as("%s", told).isNotNull();
            assertThat(Objects.requireNonNull(held).hold())
                    .as("%s", told)
                    .isEqualTo(told.answer().hold());
            assertThat(held.next())
                    .as("%s", told)
                    .isLessThanOrEqualTo(told.answer().next());
            promised.add(held.hold());
        }
    }

    private void present(long index) {
        int have = 0;
        int lack = 0;
        for (ReplicaMember member : members) {
            if (has(member, index)) {
                have++;
            } else if (index <= quorum.log(member.number).begin()) {
                lack++;
            }
        }
        if (have < quorum.majority()) {
            thin++;
            assertThat(have)
                    .as("members that have entry %s, which was acknowledged", index)
                    .isPositive();
            assertThat(have + lack)
                    .as("members that have entry %s, which was acknowledged, or know that they miss it", index)
                    .isGreaterThanOrEqualTo(quorum.majority());
        }
    }

    /** Whether it would have an entry after any crash. */
    private boolean has(ReplicaMember member, long index) {
        PeerLog log = quorum.log(member.number);
        return index > log.begin()
                ? index <= log.synced() && log.slot(index) == quorum.committed(index)
                : member.kept.whole() && index <= member.kept.applied();
    }
}
