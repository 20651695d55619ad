package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LongMapTest {
    @Test
    void doesWhatATreeMapDoes() {
        long seed = System.nanoTime();
        System.out.println("LongMapTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            LongMap<String> map = new LongMap<>();
            TreeMap<Long, String> model = new TreeMap<>();
            int range = 1 + random.nextInt(200);
            long stride = 1L << random.nextInt(40);
            for (int i = 0; i < 1000; i++) {
                long key = (random.nextInt(range) - range / 2) * stride;
                if (random.nextBoolean()) {
                    assertThat(map.put(key, "v" + i)).as("seed %s", seed).isEqualTo(model.put(key, "v" + i));
                } else {
                    assertThat(map.remove(key)).as("seed %s", seed).isEqualTo(model.remove(key));
                }
                assertThat(map.size()).as("seed %s", seed).isEqualTo(model.size());
            }
            assertThat(map.sortedKeys())
                    .as("seed %s", seed)
                    .containsExactly(model.keySet().stream().mapToLong(k -> k).toArray());
            model.forEach(
                    (key, value) -> assertThat(map.get(key)).as("seed %s", seed).isEqualTo(value));
        }
    }
}
