package io.freshet.cluster.process;

/**
 * A part that can be frozen: it keeps all it has and says nothing until it goes on. To others it looks like a machine
 * that hangs.
 */
public interface PausableComponent extends Component {

    void pause();

    /** Goes on; nothing happens if it is not paused. */
    void resume();
}
