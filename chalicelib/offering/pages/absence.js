// The last day of an absence follows the first until somebody says otherwise.

const first = document.querySelector('input[name="start_day"]');
const last = document.querySelector('input[name="end_day"]');
const follow = () => {
  last.min = first.value;
  if (!last.value || last.value < first.value) last.value = first.value;
};
first.addEventListener("change", follow);
follow();
