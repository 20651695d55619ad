package io.wkmq.cluster.routes.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Noted;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Progress;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class V1Test {
    private final Random random = Seeds.one("V1Test");

    /** What is written today must be readable by what is written later. */
    @Test
    void theFormIsWhatItWas() {
        List<Interest> interests = List.of(
                Interest.plain(TopicFilter.of("a/+"), true),
                new Interest(new ShareName("g"), TopicFilter.of("b"), 300, 2),
                new Interest(new ShareName("g"), TopicFilter.of("b"), 0, 0));
        assertThat(hex(new Ops(1, 2, Interests.of(interests))))
                .isEqualTo("01" + "01" + "0000000000000001" + "0000000000000002" + "02" + "03612f2b" + "03" + "0162"
                        + "0167" + "ac02" + "02" + "01" + "0162" + "0167");
        assertThat(hex(new Digest(1, 2, 3, -1, 4)))
                .isEqualTo("0102" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "ffffffffffffffff"
                        + "0000000000000004");
        assertThat(hex(new Pull(1, 2, 200))).isEqualTo("0103" + "0000000000000001" + "0000000000000002" + "c801");
        assertThat(hex(new Progress(1, new Applied(2, 3, true, 4))))
                .isEqualTo("0104" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "01"
                        + "0000000000000004");
        assertThat(hex(new Chunk(1, 2, 3, true, 4, 5, Interests.NONE)))
                .isEqualTo("0106" + "0000000000000001" + "0000000000000002" + "03" + "01" + "0000000000000004"
                        + "0000000000000005");
        assertThat(hex(new Noted())).isEqualTo("0107");
    }

    @Test
    void whatIsWrittenIsRead() throws MalformedMessageException {
        for (int i = 0; i < 3_000; i++) {
            RouteMessage message = message();
            RouteMessage read = V1.decode(V1.encode(message));
            assertThat(read).isEqualTo(message);
            if (read instanceof Ops ops && message instanceof Ops written) {
                assertThat(ops.changes().list()).isEqualTo(written.changes().list());
            }
        }
    }

    @Test
    void interestsAreReadAsTheyWere() throws MalformedMessageException {
        for (int i = 0; i < 500; i++) {
            List<Interest> interests = interests();
            Interests written = Interests.of(interests);
            assertThat(written.list()).isEqualTo(interests);
            assertThat(written.bytes().length)
                    .isLessThanOrEqualTo(
                            interests.stream().mapToInt(Interests::bytesMax).sum());
        }
    }

    @Test
    void garbageIsRefusedAndNothingElseHappens() {
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = V1.encode(message());
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(bytes);
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                default -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                RouteMessage read = V1.decode(bytes);
                if (read instanceof Ops ops) {
                    assertThat(ops.changes().list()).isNotNull();
                } else if (read instanceof Chunk chunk) {
                    assertThat(chunk.interests().list()).isNotNull();
                }
            } catch (MalformedMessageException e) {
                refused++;
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }

    @Test
    void anotherVersionIsToldApart() {
        assertThatThrownBy(() -> V1.decode(new byte[] {2, 1, 0}))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("expected 1");
        assertThatThrownBy(() -> V1.decode(new byte[] {1, 9})).hasMessageContaining("type 9");
        assertThatThrownBy(() -> V1.decode(new byte[0])).hasMessageContaining("ends at byte 0");
    }

    private static String hex(RouteMessage message) {
        return HexFormat.of().formatHex(V1.encode(message));
    }

    private RouteMessage message() {
        return switch (random.nextInt(7)) {
            case 0 -> new Ops(random.nextLong(), random.nextLong(), Interests.of(interests()));
            case 1 ->
                new Digest(
                        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            case 2 -> new Pull(random.nextLong(), random.nextLong(), number());
            case 3 -> new Progress(random.nextLong(), applied());
            case 4 -> applied();
            case 5 ->
                new Chunk(
                        random.nextLong(),
                        random.nextLong(),
                        number(),
                        random.nextBoolean(),
                        random.nextLong(),
                        random.nextLong(),
                        Interests.of(interests()));
            default -> new Noted();
        };
    }

    private Applied applied() {
        return new Applied(random.nextLong(), random.nextLong(), random.nextBoolean(), random.nextLong());
    }

    private int number() {
        return random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
    }

    private List<Interest> interests() {
        List<Interest> interests = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            TopicFilter filter = TopicFilter.of("ü€😀/+/".repeat(random.nextInt(40)) + random.nextInt(1000) + "/#");
            if (random.nextBoolean()) {
                interests.add(Interest.plain(filter, random.nextBoolean()));
            } else {
                int members = random.nextBoolean() ? 0 : number();
                int online = members == 0 ? 0 : random.nextInt(members);
                interests.add(new Interest(new ShareName("ß" + random.nextInt(100)), filter, members, online));
            }
        }
        return interests;
    }
}
