package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketIdMapTest {
    @Test
    void behavesLikeAHashMap() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        PacketIdMap<String> map = new PacketIdMap<>();
        Map<Integer, String> model = new HashMap<>();
        for (int step = 0; step < 300_000; step++) {
            int range = step % 60_000 < 30_000 ? 40 : 5_000;
            // Steps of 64 make ids that share a home.
            int id = random.nextBoolean() ? 1 + random.nextInt(range) : 1 + 64 * random.nextInt(1_000);
            String context = "seed " + seed + " step " + step;
            if (random.nextInt(5) < 2) {
                map.put(id, "v" + step);
                model.put(id, "v" + step);
            } else {
                assertThat(map.remove(id)).as(context).isEqualTo(model.remove(id));
            }
            assertThat(map.size()).as(context).isEqualTo(model.size());
            int other = 1 + random.nextInt(65_535);
            assertThat(map.get(other)).as(context).isEqualTo(model.get(other));
        }
        model.forEach((id, value) -> assertThat(map.get(id)).as("seed " + seed).isEqualTo(value));
    }

    @Test
    void replacesEveryValue() {
        PacketIdMap<String> map = new PacketIdMap<>();
        map.put(1, "a");
        map.put(65_535, "b");

        map.replaceAll(value -> value + "!");

        assertThat(map.get(1)).isEqualTo("a!");
        assertThat(map.get(65_535)).isEqualTo("b!");
        assertThat(map.get(2)).isNull();
    }
}
