package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MeetingsTest {
    private final Meetings<String> meetings = new Meetings<>();

    @Test
    void whoKeepsLogsIsAmongTheRightOnesWhoeverTheyAre() {
        meetings.attach("first");
        assertThat(meetings.confirmed()).isTrue();

        meetings.met();
        meetings.attach("second");

        assertThat(meetings.confirmed()).isTrue();
        assertThat(meetings.confirmedEngine()).isEqualTo("second");
    }

    @Test
    void whoFollowsLogsAsksNobodyFromAMeetingUntilThoseAreFound() {
        meetings.attach("engine");
        meetings.follow(meetings.number());
        assertThat(meetings.confirmed()).isTrue();
        assertThat(meetings.confirmedEngine()).isEqualTo("engine");

        meetings.met();

        assertThat(meetings.confirmed()).isFalse();
        assertThat(meetings.confirmedEngine()).isNull();
        assertThat(meetings.engine()).isEqualTo("engine");

        meetings.follow(meetings.number());

        assertThat(meetings.confirmed()).isTrue();
        assertThat(meetings.confirmedEngine()).isEqualTo("engine");
    }

    @Test
    void aNodeThatIsStartedAgainHasMet() {
        meetings.attach("first");
        meetings.follow(meetings.number());

        meetings.attach("second");

        assertThat(meetings.confirmed()).isFalse();
        assertThat(meetings.confirmedEngine()).isNull();
        meetings.follow(meetings.number());
        assertThat(meetings.confirmedEngine()).isEqualTo("second");
    }

    @Test
    void whatWasAskedAtAnEarlierMeetingConfirmsNoLaterOne() {
        meetings.attach("engine");
        long earlier = meetings.number();
        meetings.met();
        long later = meetings.number();
        assertThat(later).isEqualTo(earlier + 1);

        meetings.follow(earlier);
        assertThat(meetings.confirmed()).isFalse();

        meetings.follow(later);
        assertThat(meetings.confirmed()).isTrue();
        meetings.follow(earlier);
        assertThat(meetings.confirmed()).isTrue();
    }

    @Test
    void beforeThereIsANodeNothingIsMet() {
        meetings.met();

        assertThat(meetings.number()).isZero();
        assertThatThrownBy(meetings::engine)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The channels were not given a node yet");
        assertThatThrownBy(meetings::confirmedEngine).isInstanceOf(IllegalStateException.class);
    }
}
