package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is true of every {@link LevelTree} at rest. */
final class TreeShape {
    private TreeShape() {}

    /** Checks the tree; returns the number of its branches besides the root. */
    static <V> int check(LevelTree<V> tree) {
        List<Branch> left = new ArrayList<>(List.of(tree.root()));
        int branches = -1;
        int values = 0;
        while (!left.isEmpty()) {
            Branch branch = left.remove(left.size() - 1);
            branches++;
            List<Object> below = below(tree, branch);
            if (branch != tree.root()) {
                assertThat(below).as("what parts at a branch").hasSizeGreaterThan(1);
            }
            for (Object child : below) {
                if (child instanceof Branch next) {
                    assertThat(next.end).isGreaterThan(branch.end);
                    left.add(next);
                } else {
                    values++;
                }
            }
        }
        assertThat(values).isEqualTo(tree.size());
        assertThat(branches).isLessThan(Math.max(1, values));
        return branches;
    }

    private static <V> List<Object> below(LevelTree<V> tree, Branch branch) {
        List<Object> below = new ArrayList<>();
        for (@Nullable Object child : new @Nullable Object[] {branch.value, branch.plus, branch.hash}) {
            if (child != null) {
                below.add(child);
            }
        }
        int before = below.size();
        tree.children().forEach(branch.children, below::add);
        assertThat(below.size() - before).isEqualTo(tree.children().count(branch.children));
        return below;
    }
}
