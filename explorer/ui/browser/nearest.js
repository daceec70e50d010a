/** The button that lies closest in a direction, [right, down]; what lies aside counts as further away. */
function nearest(from, buttons, [right, down]) {
    const middle = (button) => {
        const { left, top, width, height } = button.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
    };
    const [x, y] = middle(from);
    let found = null, least = Infinity;
    for (const button of buttons) {
        const [dx, dy] = [middle(button)[0] - x, middle(button)[1] - y];
        const ahead = dx * right + dy * down, aside = Math.abs(dx * down) + Math.abs(dy * right);
        const distance = ahead + 3 * aside;
        if (ahead > 1 && distance < least) [found, least] = [button, distance];
    }
    return found;
}

