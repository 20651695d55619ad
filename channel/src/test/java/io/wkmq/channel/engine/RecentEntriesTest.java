package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.FillPages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentEntriesTest {
    private static final int OPERATION_BYTES = 1_000 - RecentEntries.ENTRY_BYTES;

    /** 100 entries are for each of ten groups, and 1,000 for those that need more. */
    private final RecentEntries.Budget budget = new RecentEntries.Budget(2_000_000, 10);

    private RecentEntries begun() {
        RecentEntries entries = new RecentEntries(budget);
        entries.begin(0);
        return entries;
    }

    private static void add(RecentEntries to, int from, int next) {
        for (int index = from; index < next; index++) {
            to.add(index, new byte[OPERATION_BYTES]);
        }
    }

    @Test
    void aBusyGroupHasWhatOthersLeave() {
        RecentEntries busy = begun();
        add(busy, 1, 10_000);
        assertThat(busy.floor()).isEqualTo(9_999 - 1_100);
        RecentEntries other = begun();
        add(other, 1, 1_000);
        assertThat(other.floor()).as("its own share").isEqualTo(999 - 100);
        busy.end();
        add(other, 1_000, 10_000);
        assertThat(other.floor()).isEqualTo(9_999 - 1_100);
        other.end();
        RecentEntries last = begun();
        add(last, 1, 10_000);
        assertThat(last.floor()).as("nothing is lost of it").isEqualTo(9_999 - 1_100);
    }

    @Test
    void whoIsQuietLeavesToOthersWhatIsBeyondItsShare() {
        RecentEntries quiet = begun();
        add(quiet, 1, 1_001);
        quiet.shed();
        quiet.shed();
        assertThat(quiet.floor()).as("nobody has too little").isZero();
        RecentEntries busy = begun();
        add(busy, 1, 1_001);
        assertThat(busy.floor()).isGreaterThan(700);
        quiet.shed();
        assertThat(quiet.floor()).isEqualTo(1_000 - 100);
        quiet.shed();
        add(busy, 1_001, 2_001);
        assertThat(busy.floor()).isEqualTo(2_000 - 1_100);
        busy.shed();
        assertThat(busy.floor()).as("it is not quiet").isEqualTo(2_000 - 1_100);
    }

    @Test
    void allTogetherKeepNoMoreThanTheyShould() {
        List<RecentEntries> groups = new ArrayList<>();
        for (int group = 0; group < 10; group++) {
            groups.add(begun());
        }
        for (int round = 0; round < 100; round++) {
            for (RecentEntries group : groups) {
                add(group, 1 + 50 * round, 1 + 50 * (round + 1));
            }
        }
        long kept = groups.stream().mapToLong(group -> 5_000 - group.floor()).sum();
        assertThat(kept).isBetween(1_000L, 2_000L + groups.size());
    }

    @Test
    void oneEntryIsKeptHoweverLargeItIs() {
        RecentEntries entries = new RecentEntries(new RecentEntries.Budget(1L << 30, 1));
        entries.begin(0);
        add(entries, 1, 10);
        entries.add(10, new byte[(int) RecentEntries.BYTES_MAX]);
        assertThat(entries.floor()).isEqualTo(9);
        assertThat(entries.behind(9, 1)).extracting(FillPages.Entry::index).containsExactly(10L);
        entries.add(11, null);
        assertThat(entries.floor()).as("it is too much").isEqualTo(10);
    }

    @Test
    void theLastOneIsGivenUpBehindThoseWhoWaitForItIfAllTogetherKeepTooMuch() {
        RecentEntries first = begun();
        RecentEntries second = begun();
        for (RecentEntries each : List.of(first, second)) {
            each.add(1, new byte[1_000_000]);
            each.shed();
            assertThat(each.floor()).as("it came just now").isZero();
        }
        second.shed();
        assertThat(second.floor()).isEqualTo(1);
        assertThat(second.behind(1, 1)).isEmpty();
        first.shed();
        assertThat(first.floor()).as("there is room for one").isZero();
        assertThat(first.behind(0, 1)).extracting(FillPages.Entry::index).containsExactly(1L);
    }

    @Test
    void whatNobodyWantsIsNotKept() {
        RecentEntries entries = new RecentEntries(budget);
        add(entries, 1, 10);
        entries.begin(9);
        assertThat(entries.floor()).isEqualTo(9);
        add(entries, 5, 12);
        assertThat(entries.behind(9, 100_000))
                .extracting(FillPages.Entry::index)
                .containsExactly(10L, 11L);
    }
}
